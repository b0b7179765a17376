#include "experiments/evaluation/evaluator.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "experiments/run/machine.h"
#include "experiments/spec/yaml.h"
#include "pipeline/flow.h"
#include "stages/codec/open_image.h"
#include "tests/experiments/command/command_runner.h"

namespace vggflow {
namespace {

constexpr const char* kSpec = R"(
name: tiny
net: {name: tiny, crop: 12, classes: 3, layers: [{conv: {name: conv1_1, outputs: 4}}, relu, pool, {fc: {name: fc8, outputs: 3}}]}
data: {val: {generated: {classes: 3, val_images: 3, seed: 1, split: val}}}
pipeline: [{random_crop: {size: 12}}, {normalize: {mean: [120, 110, 100], divisor: [58, 58, 58]}}]
evaluate:
  dense: {scales: [14, 17], views: dense, mirror: true, batch: 5}
  center: {scales: [14, 16, 20], views: center, mirror: true, batch: 4}
  plain: {scales: [14, 17], views: dense, mirror: false, aggregate: posteriors}
  grid: {scales: [14, 17], views: {grid: 3}, batch: 7}
  grid_only: {scales: [17], views: {grid: 2, mirror: false}}
  ten: {scales: [15], views: ten_crop, keep: views, batch: 20}
  both: {combine: [dense, grid]}
)";

/// Some of the files are cut short: the first byte alone, or half.
class Damaged final : public Dataset {
 public:
  explicit Damaged(const Dataset& whole) : whole_(whole) {}
  std::size_t size() const override { return whole_.size(); }
  const std::vector<std::string>& classes() const override { return whole_.classes(); }
  std::int32_t label(std::uint64_t id) const override { return whole_.label(id); }
  std::string_view name(std::uint64_t id) const override { return whole_.name(id); }
  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    whole_.read(id, buffer);
    if (id == 1) buffer.resize(1);
    if (id == 4) buffer.resize(buffer.size() / 2);
  }
  std::string description() const override { return whole_.description(); }

 private:
  const Dataset& whole_;
};

/// Another engine's scores; raises a flag at the n-th batch.
class StoppingEngine final : public Engine {
 public:
  StoppingEngine(Engine& engine, int batches) : engine_(engine), left_(batches) {}
  void load(const Parameters& parameters) override { engine_.load(parameters); }
  Parameters parameters() const override { return engine_.parameters(); }
  State state() const override { return engine_.state(); }
  void restore(const State& state) override { engine_.restore(state); }
  void accumulate(const Batch& batch, const Step& step) override {
    engine_.accumulate(batch, step);
  }
  void update(const Rates& rates) override { engine_.update(rates); }
  std::optional<StepResult> poll() override { return engine_.poll(); }
  void score(const Batch& batch, Scores& scores) override {
    engine_.score(batch, scores);
    stop = stop || --left_ == 0;
  }
  Parameters gradients() const override { return engine_.gradients(); }
  std::string description() const override { return engine_.description(); }
  std::atomic<bool> stop{false};

 private:
  Engine& engine_;
  int left_;
};

class Evaluate : public ::testing::TestWithParam<const char*> {
 protected:
  Evaluate() { engine_->load(initial_parameters(spec_.net, {Initialisation::Kind::he}, 5)); }
  /// (images, classes) posteriors of one view, one picture a batch.
  std::vector<double> scores_of(const View& view) {
    Flow flow(*dataset_, scoring_stages(spec_.stages),
              plan_scoring(*dataset_, open_image, {.views = {view}, .batch = 1, .shard = {}}),
              flow_options(spec_));
    std::vector<double> all(dataset_->size() * 3);
    Scores scores;
    while (const BatchLease batch = flow.next()) {
      engine_->score(*batch, scores);
      for (std::size_t c = 0; c < 3; ++c) all[batch->ids[0] * 3 + c] = scores.row(0)[c];
    }
    return all;
  }

  Spec spec_ = make_spec(parse_yaml(kSpec, "tiny.yaml"));
  std::unique_ptr<Dataset> dataset_ = open_dataset(Params(spec_.val_data, "data.val"), ".");
  std::unique_ptr<Engine> engine_ = make_engine("reference", spec_.net, {});
};

TEST_P(Evaluate, AveragesThePosteriorsOfAllScalesAndMirrors) {
  const EvaluationSpec& evaluation = spec_.evaluation(GetParam());
  const std::vector<View> views = evaluation.all_views(12);
  std::vector<double> mean(dataset_->size() * 3, 0.0);
  bool views_differ = false;
  const std::vector<double> first = scores_of(views[0]);
  for (const View& view : views) {
    const std::vector<double> scores = scores_of(view);
    views_differ |= scores != first;
    for (std::size_t i = 0; i < mean.size(); ++i) {
      mean[i] += scores[i] / static_cast<double>(views.size());
    }
  }
  const EvaluationResult result = evaluate(spec_, evaluation, *dataset_, *engine_, {.quiet = true});
  EXPECT_TRUE(views_differ);
  ASSERT_EQ(result.scores.size(), mean.size());
  for (std::size_t i = 0; i < mean.size(); ++i) EXPECT_NEAR(result.scores[i], mean[i], 1e-6) << i;
  EXPECT_TRUE(result.failed.empty());
}

INSTANTIATE_TEST_SUITE_P(Views, Evaluate,
                         ::testing::Values("dense", "center", "plain", "grid", "grid_only", "ten"));

using EvaluateOnce = Evaluate;

TEST_F(EvaluateOnce, KeepsThePosteriorsOfEveryView) {
  const EvaluationResult result =
      evaluate(spec_, spec_.evaluation("ten"), *dataset_, *engine_, {.quiet = true});
  const std::vector<View> views = spec_.evaluation("ten").all_views(12);
  ASSERT_EQ(views.size(), 10U);
  EXPECT_EQ(result.view_names[0], "15 crop 0,0");
  EXPECT_EQ(result.view_names[3], "15 crop 1,0 mirrored");
  EXPECT_EQ(result.view_names[9], "15 centre mirrored");
  for (std::size_t v = 0; v < views.size(); ++v) {
    const std::vector<double> alone = scores_of(views[v]);
    for (std::size_t id = 0; id < dataset_->size(); ++id) {
      for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(result.view_scores[(id * 10 + v) * 3 + c], alone[id * 3 + c], 1e-6);
      }
    }
  }
}

TEST_F(EvaluateOnce, ACombinationIsNotScored) {
  EXPECT_THROW(
      static_cast<void>(evaluate(spec_, spec_.evaluation("both"), *dataset_, *engine_, {})), Error);
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size() || a.empty()) return a.size() == b.size();
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST_F(EvaluateOnce, StoppedAfterAnyBatchItEndsAsIfItHadNeverStopped) {
  const Damaged dataset(*dataset_);
  const testing::ScratchFolder folder;
  for (const char* name : {"dense", "ten"}) {
    const EvaluationSpec& evaluation = spec_.evaluation(name);
    const EvaluationResult whole = evaluate(spec_, evaluation, dataset, *engine_, {.quiet = true});
    ASSERT_EQ(whole.failed.size(), 2U);
    // A plan has up to two batches, and the one with an image that fails is made again each time.
    for (int each = 4; each < 7; ++each) {
      const JournalPlace journal{folder / (name + std::to_string(each)), "tiny"};
      std::optional<EvaluationResult> result;
      int stops = 0;
      for (; !result; ++stops) {
        StoppingEngine engine(*engine_, each);
        try {
          result = evaluate(spec_, evaluation, dataset, engine,
                            {.quiet = true, .stop = &engine.stop, .journal = journal});
        } catch (const Error& error) {
          ASSERT_EQ(error.origin(), Origin::stopped);
        }
      }
      if (each == 4) {
        EXPECT_GT(stops, 1);
      }
      EXPECT_TRUE(same_bits(result->scores, whole.scores));
      EXPECT_TRUE(same_bits(result->view_scores, whole.view_scores));
      ASSERT_EQ(result->failed.size(), 2U);
      for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(result->failed[i].id, whole.failed[i].id);
        EXPECT_EQ(result->failed[i].reason, whole.failed[i].reason);
      }
    }
  }
}

TEST_F(EvaluateOnce, RefusesViewsThatMemoryCannotKeep) {
  EvaluationSpec evaluation = spec_.evaluation("ten");
  class Huge final : public Dataset {
   public:
    std::size_t size() const override { return 1ULL << 32; }
    const std::vector<std::string>& classes() const override { return classes_; }
    std::int32_t label(std::uint64_t) const override { return 0; }
    std::string_view name(std::uint64_t) const override { return "image"; }
    void read(std::uint64_t, std::vector<std::byte>&) const override {}
    std::string description() const override { return "huge"; }

   private:
    std::vector<std::string> classes_{"a", "b", "c"};
  };
  try {
    static_cast<void>(evaluate(spec_, evaluation, Huge(), *engine_, {}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("evaluate.ten.keep: got 'views'"));
  }
}

}  // namespace
}  // namespace vggflow
