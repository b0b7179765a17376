#include "experiments/bench/scoring_bench.h"

#include <nlohmann/json.hpp>

#include "experiments/bench/watched_engine.h"
#include "experiments/evaluation/evaluator.h"
#include "stages/generated/generated.h"
#include "tests/experiments/bench/peak_bytes.h"
#include "tests/experiments/spec/spec_files.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kDense = "evaluate: {single: {scales: [16], views: dense, batch: 20}}\n";
constexpr const char* kGenerated = "{generated: {classes: 3, val_images: 4, split: val}}";

/// A spec of a net of two products on 12x12 px.
class ScoringBenchTest : public SpecFiles {
 protected:
  [[nodiscard]] Spec small(const std::string& evaluate = kDense,
                           const std::string& source = "{folder: nowhere}", int fc6 = 5) const {
    return spec(R"(name: x
seed: 2
net: {name: small, crop: 12, layers: [{conv: {name: conv1, outputs: 6}}, relu, pool,
  {fc: {name: fc6, outputs: )" +
                std::to_string(fc6) + R"(}}, relu, {fc: {name: fc8, outputs: 3}}]}
init: {kind: he}
pipeline: [{random_crop: {size: 12}}, {normalize: {mean: [120, 110, 100], divisor: [60, 60, 60]}}]
compute: {threads: 1}
)" + (source.empty() ? "" : "data: {val: " + source + "}\n") +
                evaluate);
  }
  [[nodiscard]] static ScoringBench synthetic(const Spec& spec,
                                              const ScoringBenchOptions& options = {.images = 8,
                                                                                    .rounds = 1}) {
    ScoringBenchOptions chosen = options;
    chosen.synthetic = true;
    return bench_scoring(spec, chosen);
  }
  [[nodiscard]] ScoringBench fed(const Spec& spec, std::uint64_t images = 6) const {
    return bench_scoring(
        spec, {.data = folder_, .images = images, .crop_images = images / 2 + 1, .rounds = 2});
  }
  /// Two classes of two images each, in made/val, the first `damaged` of them empty files.
  void generate(int damaged) const {
    generate_dataset({.classes = 2, .images = 1, .val_images = 2}, folder_ / "made", 2);
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "made/val")) {
      if (entry.is_regular_file() && damaged-- > 0) fs::resize_file(entry.path(), 0);
    }
  }
  static constexpr const char* kMade = "{folder: made/val}";
};

TEST_F(ScoringBenchTest, SyntheticPicturesHaveTheSizesOfIlsvrc) {
  const ScoringBench seen = synthetic(small());
  std::vector<std::string> shapes;
  for (const DenseShape& dense : seen.shapes) {
    shapes.push_back(std::to_string(dense.shape.slots) + " " + to_string(dense.shape.image));
  }
  // Each picture with its mirror image: three of 500x375, one each of the others.
  EXPECT_THAT(shapes,
              ElementsAre("6 21x16", "2 16x21", "2 24x16", "2 16x24", "2 20x16", "2 16x16"));
  EXPECT_THAT(to_text(seen), HasSubstr("synthetic"));
  EXPECT_TRUE(seen.failed.empty());
}

TEST_F(ScoringBenchTest, FiguresAgreeWithEachOther) {
  const ScoringBench seen = synthetic(small(), {.scales = {16, 18}, .images = 9, .rounds = 3});
  EXPECT_EQ(seen.images, 9U);
  EXPECT_EQ(seen.crop_images, 2U);
  EXPECT_EQ(seen.crops, 100);
  EXPECT_EQ(seen.rounds, 3);
  EXPECT_EQ(seen.batch, 20);
  int slots = 0;
  for (const DenseShape& dense : seen.shapes) {
    EXPECT_GT(dense.first_ms, 0);
    EXPECT_GT(dense.scored_ms, 0);
    EXPECT_GT(dense.bare_ms.value(), 0);
    slots += dense.batches * dense.shape.slots;
  }
  EXPECT_EQ(slots, 9 * 2 * 2) << "images, scales, mirrors";
  EXPECT_NEAR(seen.crops_per_s.median, 100 * seen.crop_images_per_s.median,
              1e-9 * seen.crops_per_s.median);
  EXPECT_LE(seen.crops_cost.most, seen.plain_forward_per_s.most / seen.crops_per_s.least);
  EXPECT_GE(seen.crops_cost.least, seen.plain_forward_per_s.least / seen.crops_per_s.most);
  EXPECT_LE(seen.dense_share_of_bare->most,
            seen.dense_images_per_s.most / seen.bare_images_per_s->least);
  EXPECT_GE(seen.dense_share_of_bare->least,
            seen.dense_images_per_s.least / seen.bare_images_per_s->most);
  EXPECT_LT(seen.both_images_per_s.most, seen.dense_images_per_s.most);
  EXPECT_LT(seen.both_images_per_s.most, seen.crop_images_per_s.most);
  EXPECT_GT(seen.dense_wait_share, 0);
  EXPECT_LT(seen.dense_wait_share, 1);
}

TEST_F(ScoringBenchTest, ImagesAreThoseOfTheSpec) {
  const ScoringBench seen = fed(small(kDense, kGenerated));
  EXPECT_EQ(seen.images, 6U);
  EXPECT_EQ(seen.crop_images, 4U);
  EXPECT_FALSE(seen.synthetic);
  EXPECT_THAT(to_text(seen), Not(HasSubstr("synthetic")));
  EXPECT_EQ(fed(small(kDense, kGenerated), 100).images, 12U) << "all there are";
}

TEST_F(ScoringBenchTest, ScalesAreThoseOfTheFirstDenseEvaluation) {
  const Spec several = small(R"(evaluate:
  center: {scales: [13], views: center}
  grid: {scales: [14], views: {grid: 5}}
  two: {combine: [center, grid]}
  multi: {scales: [15, 20], views: dense, batch: 7, keep: views}
  single: {scales: [17], views: dense}
)");
  const ScoringBench seen = synthetic(several);
  EXPECT_THAT(seen.scales, ElementsAre(15, 20));
  EXPECT_EQ(seen.batch, 7);
  EXPECT_THAT(synthetic(several, {.scales = {30}, .images = 1, .rounds = 1}).scales,
              ElementsAre(30));
  EXPECT_THAT(synthetic(small(""), {.scales = {31}, .images = 1, .rounds = 1}).scales,
              ElementsAre(31));
}

TEST_F(ScoringBenchTest, AWatchedEngineScoresAsTheOneWithinIt) {
  const Spec whole = small(kDense, kGenerated);
  const auto dataset = open_dataset(Params(whole.val_data, "data.val"), folder_);
  const auto made = [&] {
    auto engine = make_engine("onednn", whole.net, {.threads = 1});
    engine->load(initial_parameters(whole.net, whole.init.random, 3));
    return engine;
  };
  WatchedEngine watched(made());
  const auto scores = [&](Engine& engine) {
    return evaluate(whole, whole.evaluation("single"), *dataset, engine, {.quiet = true}).scores;
  };
  const auto plain = made();
  EXPECT_EQ(scores(watched), scores(*plain));
  int slots = 0;
  for (const ScoredBatch& batch : watched.take()) {
    EXPECT_GT(batch.seconds, 0);
    slots += batch.shape.slots;
  }
  EXPECT_EQ(slots, 12 * 2);
  EXPECT_TRUE(watched.take().empty());
}

/// Its scores wander from call to call.
class RestlessEngine : public WatchedEngine {
 public:
  using WatchedEngine::WatchedEngine;
  void score(const Batch& batch, Scores& scores) override {
    WatchedEngine::score(batch, scores);
    scores.values.front() += static_cast<float>(++calls_) / 1024;
  }

 private:
  int calls_ = 0;
};

TEST_F(ScoringBenchTest, ScoresThatDifferFromPassToPassAreAnError) {
  EngineRegistry::instance().add(
      {"restless", "for this test", [](const Net& net, const EngineOptions& options) {
         return std::make_unique<RestlessEngine>(make_engine("reference", net, options));
       }});
  Spec restless = small();
  restless.compute.engine = "restless";
  EXPECT_EQ(error_of([&] { static_cast<void>(synthetic(restless)); }, Origin::engine),
            "dense: a pass had other scores than the first");
}

TEST_F(ScoringBenchTest, FailedImagesAreLeftOut) {
  generate(1);
  const ScoringBench seen = fed(small(kDense, kMade), 4);
  ASSERT_EQ(seen.failed.size(), 1U);
  EXPECT_THAT(to_text(seen), HasSubstr("failed images: 1; the first: "));
  EXPECT_EQ(nlohmann::json::parse(to_json(seen)).at("failed"), 1);
}

TEST_F(ScoringBenchTest, NothingButFailedImagesIsADataError) {
  generate(4);
  const Spec bad = small(kDense, kMade);
  EXPECT_THAT(error_of([&] { static_cast<void>(fed(bad)); }, Origin::data),
              HasSubstr("every image failed; one of them: "));
}

TEST_F(ScoringBenchTest, SpecsThatCannotBeScoredAreErrors) {
  const ScoringBenchOptions at16{.data = folder_, .scales = {16}};
  EXPECT_THAT(error_of([&] { static_cast<void>(bench_scoring(small("", ""), at16)); }),
              HasSubstr("data.val: is missing; it names the images"));
  EXPECT_THAT(
      error_of([&] { static_cast<void>(synthetic(small(""))); }),
      HasSubstr("evaluate: has no dense evaluation, whose scales are timed unless --scales"));
  EXPECT_EQ(error_of(
                [&] {
                  static_cast<void>(synthetic(small(), {.scales = {16, 11}}));
                },
                Origin::usage),
            "scales: Q is 11; allowed where crops are cut as well: at least 12, the crop");
}

TEST_F(ScoringBenchTest, JsonHasEveryFigure) {
  const ScoringBench seen = synthetic(small(), {.scales = {16}, .images = 2, .rounds = 2});
  const auto json = nlohmann::json::parse(to_json(seen));
  for (const char* key : {"dense_images_per_s",
                          "dense_share_of_bare",
                          "crops_per_s",
                          "plain_forward_per_s",
                          "crops_cost",
                          "both_images_per_s",
                          "bare_images_per_s",
                          "crop_images_per_s",
                          "new_shapes_images_per_s",
                          "new_shapes_share_of_bare",
                          "dense_wait_share",
                          "peak_rss_bytes",
                          "parameters",
                          "threads",
                          "crop",
                          "batch",
                          "images",
                          "crop_images",
                          "crops",
                          "rounds",
                          "failed"}) {
    EXPECT_TRUE(json.at(key).is_number()) << key;
  }
  for (const char* key :
       {"dense_images_per_s", "dense_share_of_bare", "bare_images_per_s", "crops_per_s",
        "plain_forward_per_s", "crops_cost", "both_images_per_s"}) {
    const auto& rounds = json.at(std::string(key) + "_rounds");
    EXPECT_EQ(json.at(key), rounds.at("median")) << key;
    EXPECT_LE(rounds.at("least"), rounds.at("most")) << key;
  }
  EXPECT_EQ(json.at("shapes").size(), 2U);
  EXPECT_EQ(json.at("shapes").at(1).at("width"), 16);
  EXPECT_EQ(json.at("shapes").at(1).at("height"), 21);
  EXPECT_EQ(json.at("scales"), std::vector<int>{16});
}

TEST_F(ScoringBenchTest, AShapesShareIsOfItsBareTime) {
  ScoringBench seen;
  seen.shapes = {{{2, {341, 256}}, 3, 70, 50, 40}};
  EXPECT_THAT(to_text(seen),
              HasSubstr("2 x 341x256           3      70.0      50.0      40.0   0.800\n"));
}

TEST_F(ScoringBenchTest, ThePeakIsReadBeforeAnythingBareIsMade) {
  forget_peak();
  constexpr int kFc6 = 20'000;
  constexpr std::uint64_t kWeights = 4ULL * kFc6 * 6 * 6 * 6;  // 17 MB
  const ScoringBench seen =
      synthetic(small(kDense, kGenerated, kFc6), {.images = 1, .crop_images = 1, .rounds = 1});
  EXPECT_LE(seen.peak_rss_bytes + kWeights / 2, peak_bytes());
  EXPECT_GE(seen.peak_rss_bytes, kWeights);
}

}  // namespace
}  // namespace vggflow
