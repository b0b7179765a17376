#include "pipeline/stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "stages/resample/profile.h"
#include "tests/stages/test_images.h"

namespace vggflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

/// A stage as a plugin would bring it: it asks for pixels and changes them.
class Invert final : public Stage {
 public:
  void apply(Sample& sample, Rng&) const override {
    Image& image = sample.picture.pixels();
    std::uint8_t* pixel = image.view().data;
    for (std::int64_t i = 0; i < image.size().area() * kChannels; ++i) pixel[i] = 255 - pixel[i];
  }
};

/// The header of the widest PNG that the codec takes.
class StripSource final : public ImageSource {
 public:
  [[nodiscard]] Size size() const override { return {1 << 24, 1}; }
  void read(Rect, ImageView) override { FAIL() << "pixels are read"; }
};

const StageRegistration kRegistered{{.name = "test_invert",
                                     .doc = "Inverts pixels",
                                     .role = Role::augmentation,
                                     .renders = true,
                                     .make = [](Params&) { return std::make_unique<Invert>(); }}};

StageList made(const std::string& text) { return make_stages(stage_list(text), "pipeline"); }

std::vector<std::string> streams(const StageList& stages) {
  std::vector<std::string> names;
  for (const PlacedStage& placed : stages) names.push_back(placed.stream);
  return names;
}

std::string error_of(const Value& list) {
  try {
    static_cast<void>(make_stages(list, "pipeline"));
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::spec);
    return error.what();
  }
  return "no error";
}

TEST(MakeStages, PutsDecodeFirstAndNumbersStreamsByName) {
  EXPECT_THAT(streams(made("flip; rescale side=64; flip probability=1")),
              ElementsAre("decode#0", "flip#0", "rescale#0", "flip#1"));
  EXPECT_THAT(streams(made("decode partial=false; flip")), ElementsAre("decode#0", "flip#0"));
  EXPECT_THAT(streams(make_stages(Value{}, "pipeline")), ElementsAre("decode#0"));
}

TEST(MakeStages, TakesBareNamesAndSummarises) {
  Value list = stage_list("flip probability=1 always=true");
  list.items.push_back(Value::text("flip"));
  const StageList stages = make_stages(list, "pipeline");
  EXPECT_EQ(stages[1].summary, "flip {probability: 1, always: true}");
  EXPECT_TRUE(stages[1].always);
  EXPECT_EQ(stages[2].summary, "flip");
  EXPECT_FALSE(stages[2].always);
}

TEST(MakeStages, ACustomStageWorksOnPixels) {
  auto source = std::make_shared<MemorySource>(test_picture({12, 10}));
  const StageList stages = made("center_crop size=6; test_invert; center_crop size=2");
  Sample sample;
  sample.picture = Picture(source, resampling_profile("opencv-linear"));
  for (std::size_t i = 1; i < stages.size(); ++i) {
    Rng rng = stage_rng(stages[i], 0, 0, 0);
    stages[i].stage->apply(sample, rng);
  }
  Image out(sample.picture.size());
  sample.picture.render(out.view());
  auto expected = bytes(test_picture({12, 10}).view().window({5, 4, 2, 2}));
  for (auto& value : expected) value = 255 - value;
  EXPECT_EQ(bytes(out.view()), expected);
}

TEST(MakeStages, ErrorForUnknownStageListsTheKnown) {
  EXPECT_THAT(
      error_of(stage_list("flip; flop")),
      ::testing::AllOf(
          HasSubstr("spec.yaml:3: pipeline[1].flop: unknown stage 'flop'"),
          HasSubstr("allowed: blur, center_crop, colour_jitter, colour_shift, decode, flip")));
}

TEST(MakeStages, ErrorForUnknownKeyAndBadValue) {
  EXPECT_THAT(error_of(stage_list("flip prob=1")),
              HasSubstr("spec.yaml:2: pipeline[0].flip.prob: is not a known key"));
  EXPECT_THAT(error_of(stage_list("flip probability=2")),
              HasSubstr("pipeline[0].flip.probability: got '2'; allowed: a number from 0 to 1"));
  EXPECT_THAT(error_of(stage_list("rescale")), HasSubstr("pipeline[0].rescale.side: is missing"));
}

TEST(MakeStages, ErrorForACropThatCannotFit) {
  EXPECT_EQ(error_of(stage_list("random_rescale min=200 max=512; random_crop size=224")),
            "spec.yaml:3: pipeline[1].random_crop: a crop of 224 px does not fit pictures whose "
            "short side may be 200 px; allowed: a crop of at most that, or a larger rescale");
  EXPECT_EQ(error_of(stage_list("random_crop size=224")), "no error");
}

TEST(MakeStages, ErrorForACropThatCannotFitTheLeastRescale) {
  EXPECT_THAT(error_of(stage_list("rescale side=1; random_crop size=224")),
              HasSubstr("pictures whose short side may be 1 px"));
}

TEST(MakeStages, ErrorForGeometryThatScoringWouldKeep) {
  EXPECT_EQ(error_of(stage_list("flip; rescale side=64 always=true")),
            "spec.yaml:3: pipeline[1].rescale.always: got 'true'; allowed: only false, for in "
            "scoring the view decides a picture's geometry");
  EXPECT_EQ(error_of(stage_list("rescale side=64 always=false")), "no error");
}

TEST(MakeStages, RescalingAStripFailsTheImageNotTheProcess) {
  for (const char* text : {"rescale side=16", "random_rescale min=16 max=16"}) {
    const StageList stages = made(text);
    Sample sample;
    sample.picture = Picture(std::make_shared<StripSource>(), resampling_profile("opencv-linear"));
    Rng rng = stage_rng(stages[1], 0, 0, 0);
    try {
      stages[1].stage->apply(sample, rng);
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::data);
      EXPECT_THAT(error.what(), HasSubstr("rescaling 16777216x1 to a short side of 16 px"));
    }
  }
}

TEST(MakeStages, ErrorForPixelsAfterColours) {
  EXPECT_EQ(error_of(stage_list("grayscale probability=0.1; flip; test_invert")),
            "spec.yaml:4: pipeline[2].test_invert: changes pixels, but grayscale before it maps "
            "colours; allowed: before that");
  for (const char* text : {"colour_shift", "normalize", "subtract_mean"}) {
    EXPECT_THAT(error_of(stage_list(std::string(text) + "; blur")), HasSubstr(text));
    EXPECT_EQ(error_of(stage_list("blur; " + std::string(text) + "; rescale side=4")), "no error");
  }
}

TEST(MakeStages, ErrorForALateDecode) {
  EXPECT_THAT(error_of(stage_list("flip; decode")), HasSubstr("allowed: first only"));
}

TEST(MakeStages, ErrorForWhatIsNoListOfStages) {
  EXPECT_THAT(error_of(Value::text("flip")), HasSubstr("pipeline: got a"));
  Value list = Value::list();
  list.items.push_back(Value::list());
  EXPECT_THAT(error_of(list), HasSubstr("pipeline[0]: got a list; allowed: a stage's name"));
  list.items[0] = Value::map();
  list.items[0]["flip"] = Value::map();
  list.items[0]["rescale"] = Value::map();
  EXPECT_THAT(error_of(list), HasSubstr("a map of it to its parameters"));
}

TEST(ScoringStages, KeepNormalisationAndAlways) {
  const StageList stages = made(
      "rescale side=64; random_crop size=56; flip; flip always=true; subtract_mean; normalize");
  EXPECT_THAT(streams(scoring_stages(stages)),
              ElementsAre("decode#0", "flip#1", "subtract_mean#0", "normalize#0"));
}

TEST(ExtentOf, FollowsTheGeometry) {
  EXPECT_EQ(extent_of(made("rescale side=64; random_crop size=56; flip")).fixed, (Size{56, 56}));
  EXPECT_EQ(extent_of(made("center_crop size=56; rescale side=28")).fixed, (Size{28, 28}));
  EXPECT_FALSE(extent_of(made("rescale side=64")).fixed);
  EXPECT_EQ(extent_of(made("random_rescale min=64 max=128")).least_side, 64);
}

TEST(StageRegistry, ErrorForATakenName) {
  try {
    StageRegistry::instance().add({.name = "flip", .doc = {}, .make = {}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "there are two stages named 'flip'");
  }
}

TEST(StageRegistry, IsSortedAndDocumented) {
  std::string_view before;
  for (const StageSchema* schema : StageRegistry::instance().all()) {
    EXPECT_LT(before, schema->name);
    EXPECT_FALSE(schema->doc.empty()) << schema->name;
    before = schema->name;
  }
}

}  // namespace
}  // namespace vggflow
