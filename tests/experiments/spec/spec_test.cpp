#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

class SpecReader : public SpecFiles {};

/// A small, right spec; tests spoil it with settings.
const char* const kGood = R"(name: good
net: {config: A, crop: 64, width_divisor: 16, fully_connected: 8, classes: 3}
init: {kind: he}
data: {train: {folder: t}, val: {folder: v}}
pipeline:
  - decode: {profile: pillow-bilinear}
  - rescale: {side: 80}
  - random_crop: {size: 64}
  - flip
  - normalize: {mean: [123.68, 116.779, 103.939], divisor: [58, 57.5, 2]}
train: {batch: 8, epochs: 2, sgd: {rate: 0.1}}
evaluate:
  single: {scales: [80], views: dense, aggregate: posteriors}
  center: {scales: [72, 80], views: center, mirror: false, batch: 5}
)";

class SpoiltSpec : public SpecFiles {
 protected:
  [[nodiscard]] std::string error(const std::vector<std::string>& settings) const {
    return error_of([&] { static_cast<void>(spec(kGood, {.settings = settings})); });
  }
};

TEST_F(SpecReader, ReadsEverything) {
  const Spec read = spec(kGood);
  EXPECT_EQ(read.name, "good");
  EXPECT_EQ(read.seed, 1U);
  EXPECT_EQ(read.net.input, (Size{64, 64}));
  EXPECT_EQ(classes(read.net), 3);
  EXPECT_EQ(read.init.random.kind, Initialisation::Kind::he);
  EXPECT_EQ(read.train_data.find("folder")->scalar, "t");
  EXPECT_EQ(read.val_data.find("folder")->scalar, "v");
  EXPECT_EQ(read.stages.size(), 5U);
  EXPECT_EQ(read.stages.at(3).stream, "flip#0");
  EXPECT_EQ(read.evaluation("center").batch, 5);
  EXPECT_EQ(read.evaluation("single").aggregate, Aggregate::posteriors);
  EXPECT_EQ(read.evaluation("center").aggregate, Aggregate::scores);
  EXPECT_EQ(read.compute.engine, "auto");
  EXPECT_EQ(read.feed.prefetch, 2);
  EXPECT_EQ(read.feed.on_error, OnError::skip);
}

TEST_F(SpecReader, TellsAScorerMeanDivisorAndProfile) {
  const Preprocessing told = spec(kGood).preprocessing;
  EXPECT_EQ(told.mean, (std::array<double, 3>{123.68, 116.779, 103.939}));
  EXPECT_EQ(told.divisor, (std::array<double, 3>{58, 57.5, 2}));
  EXPECT_EQ(told.profile, "pillow-bilinear");
  EXPECT_EQ(told.scaled, "off");
  EXPECT_EQ(told.channel_order, "RGB");
}

TEST_F(SpecReader, TellsAScorerOfScaledDecoding) {
  const Spec read = spec("name: x\npipeline: [decode: {scaled: auto}, rescale: {side: 9}]\n");
  EXPECT_EQ(read.preprocessing.scaled, "auto");
}

TEST_F(SpecReader, PreprocessingIsAllNormalisationTogether) {
  const Preprocessing told = spec(R"(name: x
pipeline:
  - subtract_mean: {rgb: [10, 20, 30]}
  - normalize: {mean: [1, 2, 3], divisor: [2, 4, 5]}
)")
                                 .preprocessing;
  EXPECT_EQ(told.mean, (std::array<double, 3>{11, 22, 33}));
  EXPECT_EQ(told.divisor, (std::array<double, 3>{2, 4, 5}));
  EXPECT_EQ(told.profile, "opencv-linear");  // the decode stage's default
}

TEST_F(SpecReader, APipelineAloneIsEnoughToMeasureIt) {
  const Spec read =
      spec("name: x\ndata: {train: {folder: t}}\npipeline:\n  - rescale: {side: 9}\n");
  EXPECT_FALSE(read.train.has_value());
  EXPECT_TRUE(read.net.layers.empty());
  EXPECT_TRUE(read.evaluations.empty());
}

TEST_F(SpecReader, OverlaysComeBeforeSettingsAndMiniatureLast) {
  const auto one = write("one.yaml", "miniature: 2\nseed: 2\n");
  const auto two = write("two.yaml", "seed: 3\ntrain: {batch: 4}\n");
  const Spec read = spec(kGood, {.overlays = {one, two},
                                 .settings = {"train.batch=2", "pipeline.random_crop.size=64"}});
  EXPECT_EQ(read.seed, 3U);
  EXPECT_EQ(read.train->batch, 2);
  EXPECT_EQ(read.net.input, (Size{32, 32}));
  EXPECT_EQ(extent_of(read.stages).fixed, (Size{32, 32}));
  EXPECT_EQ(read.evaluation("center").scales, (std::vector<int>{36, 40}));
}

TEST_F(SpecReader, ResolvedSpecReadsBackToTheSameSpec) {
  const Spec read = spec(kGood, {.settings = {"seed=9", "pipeline.flip=null"}});
  const Spec again = spec(to_yaml(read.resolved));
  EXPECT_TRUE(same_data(read.resolved, again.resolved));
  EXPECT_EQ(again.seed, 9U);
  EXPECT_EQ(again.stages.size(), 4U);
}

TEST_F(SpecReader, ResolvedKeysStandInReadingOrder) {
  write("base.yaml", kGood);
  const Spec read = spec("extends: base.yaml\nfeed: {workers: 1}\nseed: 4\n");
  EXPECT_EQ(read.resolved.entries.at(0).first, "name");
  EXPECT_EQ(read.resolved.entries.at(1).first, "seed");
  EXPECT_EQ(read.resolved.entries.back().first, "feed");
}

TEST_F(SpoiltSpec, UnknownNamesListTheKnown) {
  EXPECT_EQ(spec_error("name: x\nnett: {config: A}\n"),
            "spec.yaml:2: nett: is not a known key; allowed: compute, data, evaluate, feed, init, "
            "name, net, pipeline, seed, train");
  EXPECT_EQ(error({"train.sgd.momentun=0.9"}),
            "--set train.sgd.momentun=0.9: train.sgd.momentun: is not a known key; allowed: decay, "
            "momentum, multipliers, rate");
  EXPECT_EQ(error({"data.test={folder: x}"}),
            "--set data.test={folder: x}: data.test: is not a known key; allowed: train, val");
  EXPECT_THAT(error({"pipeline.flop.p=1"}),
              testing::AllOf(testing::HasSubstr("flop"), testing::HasSubstr("random_crop")));
  EXPECT_THAT(error({"pipeline.flip.p=1"}), testing::AllOf(testing::HasSubstr("pipeline[3].flip.p"),
                                                           testing::HasSubstr("probability")));
  EXPECT_THAT(error({"net.config=F"}),
              testing::AllOf(testing::HasSubstr("F"), testing::HasSubstr("A-LRN")));
  EXPECT_EQ(error({"init.from=A", "init.layers=[conv9_9]"}),
            "--set init.layers=[conv9_9]: init.layers: the net has no layer 'conv9_9'; allowed: "
            "conv1_1, conv2_1, conv3_1, conv3_2, conv4_1, conv4_2, conv5_1, conv5_2, fc6, fc7 and "
            "fc8");
}

TEST_F(SpoiltSpec, SourcesAreCheckedWithoutOpeningAny) {
  const std::string known = "folder, generated, ilsvrc, list, tar or webdataset";
  EXPECT_EQ(spec_error("name: x\ndata: {train: {foldr: a}}\n"),
            "spec.yaml:2: data.train.foldr: is not a known source; allowed: " + known);
  EXPECT_EQ(
      spec_error("name: x\ndata: {val: {folder: a, tar: b}}\n"),
      "spec.yaml:2: data.val.tar: stands beside 'folder'; allowed: one source, one of " + known);
  EXPECT_EQ(spec_error("name: x\ndata: {train: {list: a, rooot: b}}\n"),
            "spec.yaml:2: data.train.rooot: is not a known key; allowed: classes, list, root");
  EXPECT_EQ(spec_error("name: x\ndata: {train: {}}\n"),
            "spec.yaml:2: data.train: names no source; allowed: " + known);
  EXPECT_EQ(spec_error("name: x\ndata: {train: images}\n"),
            "spec.yaml:2: data.train: got 'images'; allowed: a map of keys and values");
}

TEST_F(SpoiltSpec, WrongTypesNameFileLineAndKey) {
  EXPECT_EQ(spec_error("name: x\nseed: many\n"),
            "spec.yaml:2: seed: got 'many'; allowed: a whole number >= 0");
  EXPECT_EQ(spec_error("name: x\npipeline: {flip: {}}\n").substr(0, 12), "spec.yaml:2:");
  EXPECT_EQ(spec_error("name: x\ntrain: 5\nnet: {config: A}\n"),
            "spec.yaml:2: train: got '5'; allowed: a map of keys and values");
  EXPECT_EQ(spec_error("seed: 1\n"),
            "spec.yaml:1: name: is missing; it gives the folder of the results");
  EXPECT_EQ(spec_error("name: a/b\n"),
            "spec.yaml:1: name: got 'a/b'; allowed: letters, digits, '.', '_' and '-'");
  EXPECT_EQ(spec_error("name: ..\n").substr(0, 23), "spec.yaml:1: name: got ");
}

TEST_F(SpoiltSpec, SizesThatCannotWork) {
  EXPECT_EQ(error({"pipeline.random_crop.size=48"}),
            "spec.yaml:5: pipeline: makes 48x48, the net takes 64x64");
  EXPECT_EQ(error({"pipeline.random_crop=null"}),
            "spec.yaml:5: pipeline: makes pictures of many sizes, the net takes 64x64; end it with "
            "a crop");
  EXPECT_THAT(error({"pipeline.rescale.side=60"}),  // S smaller than the crop
              testing::AllOf(testing::HasSubstr("random_crop"), testing::HasSubstr("60"),
                             testing::HasSubstr("64")));
  EXPECT_EQ(error({"evaluate.center.scales=[80, 63]"}),
            "--set evaluate.center.scales=[80, 63]: evaluate.center.scales: Q is 63; allowed with "
            "views center: at least 64, the crop");
  EXPECT_THAT(error({"evaluate.single.scales=[8]"}),
              testing::HasSubstr("evaluate.single.scales: Q is 8; allowed with views dense: at "
                                 "least "));
}

TEST_F(SpoiltSpec, WhatDoesNotGoTogetherIsBlamedOnTheSetting) {
  EXPECT_EQ(error({"evaluate.single.scales=[60]", "evaluate.single.aggregate=null",
                   "evaluate.single.views=center"}),
            "--set evaluate.single.scales=[60]: evaluate.single.scales: Q is 60; allowed with "
            "views center: at least 64, the crop");
  EXPECT_EQ(error({"evaluate.both.combine=[single, centre]"}),
            "--set evaluate.both.combine=[single, centre]: evaluate.both.combine: got 'centre'; "
            "allowed, each once: single, center");
  EXPECT_EQ(error({"evaluate.single.views=ten_crop"}),
            "--set evaluate.single.views=ten_crop: evaluate.single.views: aggregate says how "
            "scores of dense views are averaged over positions; allowed with views ten_crop, "
            "which have one position: no aggregate");
  EXPECT_EQ(error({"evaluate.center.combine=[single, center]"}),
            "--set evaluate.center.combine=[single, center]: evaluate.center.combine: combine "
            "averages what other evaluations store; allowed beside it: none, not scales");
  EXPECT_EQ(error({"evaluate.x={scales: [80], views: {grid: 1}}"}),
            "--set evaluate.x={scales: [80], views: {grid: 1}}: evaluate.x.views.grid: got '1'; "
            "allowed: a whole number from 2 to 64");
}

TEST_F(SpecReader, AViewThatIsSetMayNotFitTheScalesOfTheFile) {
  const std::string text =
      "name: x\nnet: {config: A, crop: 64, width_divisor: 16, fully_connected: 8, classes: 3}\n"
      "data: {val: {folder: v}}\nevaluate:\n  a: {scales: [40], views: dense}\n";
  const auto error = [&](const std::string& views) {
    return error_of(
        [&] { static_cast<void>(spec(text, {.settings = {"evaluate.a.views=" + views}})); });
  };
  EXPECT_EQ(error("center"),
            "--set evaluate.a.views=center: evaluate.a.views: Q is 40; allowed with views center: "
            "at least 64, the crop");
}

TEST_F(SpecReader, AggregateIsOfDenseViews) {
  const auto error = [&](const std::string& views) {
    return spec_error(
        "name: x\nnet: {config: A, crop: 64, width_divisor: 16, classes: 3}\n"
        "data: {val: {folder: v}}\nevaluate:\n  a:\n    scales: [64]\n    aggregate: scores\n"
        "    views: " +
        views + "\n");
  };
  for (const auto& [views, name] :
       {std::pair("center", "center"), std::pair("ten_crop", "ten_crop"),
        std::pair("{grid: 5}", "grid5")}) {
    EXPECT_EQ(error(views),
              std::string("spec.yaml:7: evaluate.a.aggregate: aggregate says how scores of dense "
                          "views are averaged over positions; allowed with views ") +
                  name + ", which have one position: no aggregate");
  }
  EXPECT_EQ(error("dense"), "no error");
}

TEST_F(SpoiltSpec, MissingParts) {
  EXPECT_EQ(error({"data.train=null"}), "spec.yaml:1: data.train: is missing; training needs it");
  EXPECT_EQ(error({"data.val=null"}), "spec.yaml:1: data.val: is missing; evaluating needs it");
  EXPECT_EQ(error({"net=null"}), "spec.yaml:1: net: is missing; training and evaluating need it");
}

TEST_F(SpoiltSpec, UnknownEvaluationIsAUsageError) {
  const Spec read = spec(kGood);
  EXPECT_EQ(error_of([&] { static_cast<void>(read.evaluation("multi")); }, Origin::usage),
            "'good' has no evaluation 'multi'; it has single and center");
}

}  // namespace
}  // namespace vggflow
