#include "experiments/evaluation/evaluator.h"

#include <gtest/gtest.h>

#include <cmath>

#include "experiments/run/machine.h"
#include "experiments/spec/yaml.h"
#include "pipeline/flow.h"
#include "stages/codec/open_image.h"

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
  plain: {scales: [14, 17], views: dense, mirror: false}
)";

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
  std::vector<View> views;
  for (const int scale : evaluation.scales) {
    const bool dense = evaluation.views == "dense";
    View view{dense ? View::Kind::whole : View::Kind::centre, scale, dense ? 0 : 12, false};
    views.push_back(view);
    view.mirror = true;
    if (evaluation.mirror) views.push_back(view);
  }
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

INSTANTIATE_TEST_SUITE_P(Views, Evaluate, ::testing::Values("dense", "center", "plain"));

}  // namespace
}  // namespace vggflow
