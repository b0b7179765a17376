#include "experiments/bench/training_bench.h"

#include <nlohmann/json.hpp>

#include "experiments/spec/yaml.h"
#include "stages/generated/generated.h"
#include "tests/experiments/bench/peak_bytes.h"
#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

/// A spec that trains a net of two products on 12x12 px, 4 images a batch.
class TrainingBenchTest : public SpecFiles {
 protected:
  [[nodiscard]] Spec small(const std::string& source = kNowhere,
                           const std::string& engine = "onednn", int fc6 = 5) const {
    return spec(R"(name: x
seed: 2
net: {name: small, crop: 12, layers: [{conv: {name: conv1, outputs: 6}}, relu, pool,
  {fc: {name: fc6, outputs: )" +
                std::to_string(fc6) + R"(}}, relu, {dropout: 0.5}, {fc: {name: fc8, outputs: 3}}]}
init: {kind: he}
pipeline: [{rescale: {side: 16}}, {random_crop: {size: 12}},
  {normalize: {mean: [120, 110, 100], divisor: [60, 60, 60]}}]
train: {batch: 4, iterations: 10, sgd: {rate: 0.05}}
compute: {threads: 1, engine: )" +
                engine + "}\ndata: {train: " + source + "}\n");
  }
  [[nodiscard]] static TrainingBench noise(const Spec& spec, int steps = 1, int rounds = 1) {
    return bench_training(spec, {.synthetic = true, .steps = steps, .rounds = rounds});
  }
  [[nodiscard]] TrainingBench fed(const Spec& spec) const {
    return bench_training(spec, {.data = folder_, .steps = 2, .rounds = 2});
  }
  [[nodiscard]] static const LayerFigures& layer(const TrainingBench& seen,
                                                 const std::string& name) {
    for (const LayerFigures& figures : seen.layers) {
      if (figures.layer == name) return figures;
    }
    throw std::out_of_range(name);
  }

  static constexpr const char* kNowhere = "{folder: nowhere}";
  static constexpr const char* kGenerated = "{generated: {classes: 3, images: 8}}";
};

// Multiply-adds x 2 of 4 images: conv1 on 12x12, fc6 on (6, 6, 6), fc8 on 5.
constexpr double kConv1 = 1e-9 * 2 * 4 * (12 * 12) * 6 * (3 * 3 * 3);
constexpr double kFc6 = 1e-9 * 2 * 4 * 5 * (6 * 6 * 6);
constexpr double kFc8 = 1e-9 * 2 * 4 * 3 * 5;

TEST_F(TrainingBenchTest, ArithmeticIsThatOfAStep) {
  Spec whole = small();
  for (const int parts : {1, 2, 4}) {
    whole.train->accumulate = parts;
    const TrainingBench seen = noise(whole);
    EXPECT_DOUBLE_EQ(layer(seen, "conv1").gflop, 2 * kConv1) << "no gradient of the input";
    EXPECT_DOUBLE_EQ(layer(seen, "fc6").gflop, 3 * kFc6);
    EXPECT_DOUBLE_EQ(layer(seen, "fc8").gflop, 3 * kFc8);
    EXPECT_DOUBLE_EQ(seen.gflop, 2 * kConv1 + 3 * kFc6 + 3 * kFc8);
    EXPECT_EQ(seen.accumulate, parts);
    EXPECT_EQ(seen.parameters, (6 * 27 + 6) + (5 * 216 + 5) + (3 * 5 + 3));
  }
}

TEST_F(TrainingBenchTest, FiguresAgreeWithEachOther) {
  const TrainingBench seen = noise(small(), 3, 5);
  EXPECT_EQ(seen.rounds, 5);
  EXPECT_NEAR(seen.images_per_s.median * seen.step_ms.median, 4 * 1e3, 1e-6);
  EXPECT_NEAR(seen.images_per_s.most * seen.step_ms.least, 4 * 1e3, 1e-6);
  EXPECT_LE(seen.ratio->least, seen.ratio->median);
  EXPECT_LE(seen.ratio->most, seen.images_per_s.most / seen.bare_images_per_s->least);
  EXPECT_GE(seen.ratio->least, seen.images_per_s.least / seen.bare_images_per_s->most);
  EXPECT_GT(layer(seen, "conv1").bare_forward_ms.value(), 0);
  EXPECT_GT(layer(seen, "conv1").bare_backward_ms.value(), 0);
  const double bare_step_ms = 4 * 1e3 / seen.bare_images_per_s->least;
  EXPECT_LE(layer(seen, "fc6").bare_forward_ms.value(), bare_step_ms);
}

TEST_F(TrainingBenchTest, NoiseNeedsNoData) {
  const TrainingBench seen = noise(small());
  EXPECT_GT(seen.images_per_s.median, 0);
  EXPECT_FALSE(seen.synthetic_images_per_s);
  EXPECT_THAT(to_text(seen), Not(HasSubstr("pipeline")));
}

TEST_F(TrainingBenchTest, ThePipelineIsSetBesideNoise) {
  const TrainingBench seen = fed(small(kGenerated));
  ASSERT_TRUE(seen.ratio_to_synthetic);
  EXPECT_GT(seen.synthetic_images_per_s->median, 0);
  EXPECT_GE(seen.wait_share, 0);
  EXPECT_LE(seen.wait_share, 1);
  EXPECT_TRUE(seen.failed.empty());
  EXPECT_THAT(to_text(seen), HasSubstr("fed by the pipeline"));
}

// Blurring four pictures of 400 px takes a hundred times as long as a step of this net.
TEST_F(TrainingBenchTest, ASlowPipelineIsWaitedFor) {
  Spec slow = small(kGenerated);
  slow.stages = make_stages(
      parse_yaml("[{rescale: {side: 400}}, {blur: {sigma: [5, 5]}}, {random_crop: {size: 12}}]",
                 "slow.yaml"),
      "pipeline");
  EXPECT_GT(fed(slow).wait_share, 0.5);
}

TEST_F(TrainingBenchTest, WhatIsTimedIsTraining) {
  const double onednn = noise(small(), 4, 2).loss;
  const double reference = noise(small(kNowhere, "reference"), 4, 2).loss;
  EXPECT_NEAR(onednn, reference, 1e-3 * reference);
  const double begun = noise(small()).loss;
  Spec still = small();
  still.train->sgd.rate = 1e-12;
  EXPECT_LT(noise(small(), 50).loss, 0.5 * noise(still, 50).loss) << "the batch is learnt";
  EXPECT_GT(begun, 0);
}

TEST_F(TrainingBenchTest, LayersThatAnEngineDoesNotTimeAreNull) {
  const TrainingBench seen = noise(small(kNowhere, "reference"));
  ASSERT_EQ(seen.layers.size(), 3U);
  EXPECT_FALSE(seen.layers[0].forward_ms);
  EXPECT_THAT(to_text(seen), HasSubstr("accounted for: not kept by this engine"));
  const auto json = nlohmann::json::parse(to_json(seen));
  EXPECT_TRUE(json.at("accounted_bytes").is_null());
  EXPECT_TRUE(json.at("layers").at(0).at("forward_ms").is_null());
  EXPECT_TRUE(json.at("layers").at(0).at("bare_forward_ms").is_number());
}

TEST_F(TrainingBenchTest, JsonHasEveryFigure) {
  const auto json = nlohmann::json::parse(to_json(fed(small(kGenerated))));
  for (const char* key : {"images_per_s",
                          "bare_images_per_s",
                          "ratio_to_bare",
                          "synthetic_images_per_s",
                          "ratio_to_synthetic",
                          "wait_share",
                          "step_ms",
                          "gflop",
                          "gflop_per_s",
                          "peak_rss_bytes",
                          "accounted_bytes",
                          "memory",
                          "layers",
                          "engine",
                          "device",
                          "threads",
                          "batch",
                          "rounds",
                          "steps",
                          "loss"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  for (const auto& layer : json.at("layers")) {
    for (const char* key :
         {"layer", "forward_ms", "backward_ms", "bare_forward_ms", "bare_backward_ms", "gflop"}) {
      EXPECT_TRUE(layer.contains(key)) << key;
    }
  }
}

TEST_F(TrainingBenchTest, AccountedMemoryIsTheSumOfItsItems) {
  TrainingBench seen;
  seen.peak_rss_bytes = 33'000'000;
  seen.memory = {{"parameters", 10'000'000}, {"momenta", 20'000'000}};
  EXPECT_EQ(nlohmann::json::parse(to_json(seen)).at("accounted_bytes"), 30'000'000);
  EXPECT_THAT(to_text(seen), HasSubstr("peak memory 33.0 MB; accounted for: 30.0 MB, the peak is "
                                       "1.100 of it\n"));
}

TEST_F(TrainingBenchTest, ALayersShareIsOfItsBareTime) {
  TrainingBench seen;
  seen.layers = {{"conv1", 30, 70, 20, 60, 4}, {"pool1", 1, 2}};
  const std::string text = to_text(seen);
  EXPECT_THAT(text, HasSubstr("30.000    20.000    70.000    60.000     40.0   0.800\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("pool1 +- +1.000 +- +2.000 +-\n"));
}

TEST_F(TrainingBenchTest, WithoutBarePrimitivesNothingIsSaidOfThem) {
  TrainingBench seen;
  seen.layers = {{.layer = "conv1", .forward_ms = 30, .backward_ms = 70}};
  const auto json = nlohmann::json::parse(to_json(seen));
  EXPECT_TRUE(json.at("bare_images_per_s").is_null());
  EXPECT_TRUE(json.at("ratio_to_bare").is_null());
  EXPECT_TRUE(json.at("layers").at(0).at("bare_forward_ms").is_null());
  EXPECT_THAT(to_text(seen), Not(HasSubstr("bare primitives")));
  EXPECT_THAT(to_text(seen), Not(HasSubstr("bare speed")));
}

TEST_F(TrainingBenchTest, ALossThatIsNoNumberIsNull) {
  TrainingBench seen;
  seen.loss = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(nlohmann::json::parse(to_json(seen)).at("loss").is_null());
}

TEST_F(TrainingBenchTest, ThePeakIsReadBeforeBaselinesAreMade) {
  forget_peak();
  constexpr int kFc6 = 20'000;
  constexpr std::uint64_t kWeights = 4ULL * kFc6 * 6 * 6 * 6;  // 17 MB
  const TrainingBench seen = noise(small(kNowhere, "onednn", kFc6));
  EXPECT_LE(seen.peak_rss_bytes + 2 * kWeights, peak_bytes()) << "weights and their gradients";
  EXPECT_GE(seen.peak_rss_bytes, 3 * kWeights) << "weights, momenta, gradients";
}

TEST_F(TrainingBenchTest, ASpecThatTrainsNothingIsASpecError) {
  const Spec idle = spec("name: x\npipeline:\n  - center_crop: {size: 12}\n");
  EXPECT_EQ(error_of([&] { static_cast<void>(noise(idle)); }),
            "spec.yaml:1: train: is missing; it says what is to be timed");
}

TEST_F(TrainingBenchTest, NothingButFailedImagesIsADataError) {
  generate_dataset({.classes = 2, .images = 4, .val_images = 1}, folder_ / "made", 2);
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "made/train")) {
    if (entry.is_regular_file()) fs::resize_file(entry.path(), 0);
  }
  const Spec bad = small("{folder: made/train}");
  EXPECT_THAT(error_of([&] { static_cast<void>(fed(bad)); }, Origin::data),
              HasSubstr("every image of batch 0 failed; one of them: "));
}

}  // namespace
}  // namespace vggflow
