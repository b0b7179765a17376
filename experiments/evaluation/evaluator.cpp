#include "experiments/evaluation/evaluator.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "experiments/run/failed_images.h"
#include "experiments/run/machine.h"
#include "experiments/training/progress.h"
#include "pipeline/flow.h"
#include "stages/codec/open_image.h"

namespace vggflow {
namespace {

/// Sums the posteriors of each image's views; a row is complete when all of them came.
class PosteriorMeans {
 public:
  PosteriorMeans(std::size_t images, int classes, std::size_t views)
      : classes_(static_cast<std::size_t>(classes)),
        views_(views),
        sums_(images * classes_, 0.0),
        seen_(images, 0) {}

  void add(const Batch& batch, const Scores& scores) {
    for (int n = 0; n < batch.shape.slots; ++n) {
      const auto slot = static_cast<std::size_t>(n);
      if (batch.weights[slot] == 0) continue;
      double* sum = &sums_[batch.ids[slot] * classes_];
      for (std::size_t c = 0; c < classes_; ++c) sum[c] += scores.row(n)[c];
      if (++seen_[batch.ids[slot]] == views_) ++complete_;
    }
  }
  [[nodiscard]] std::size_t complete() const { return complete_; }

  [[nodiscard]] std::vector<float> rows() const {
    std::vector<float> rows(sums_.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (seen_[i / classes_] == views_) {
        rows[i] = static_cast<float>(sums_[i] / static_cast<double>(views_));
      }
    }
    return rows;
  }

 private:
  std::size_t classes_;
  std::size_t views_;
  std::vector<double> sums_;
  std::vector<std::size_t> seen_;
  std::size_t complete_ = 0;
};

void describe(EvaluationResult& result, const Spec& spec, const EvaluationSpec& evaluation,
              const Dataset& dataset) {
  result.name = evaluation.name;
  result.classes = classes(spec.net);
  result.class_names = dataset.classes();
  result.scales.assign(evaluation.scales.begin(), evaluation.scales.end());
  result.views = evaluation.views.text();
  result.profile = spec.preprocessing.profile;
  for (std::uint64_t id = 0; id < dataset.size(); ++id) {
    result.ids.push_back(id);
    result.labels.push_back(dataset.label(id));
    result.names.emplace_back(dataset.name(id));
  }
}

}  // namespace

EvaluationResult evaluate(const Spec& spec, const EvaluationSpec& evaluation,
                          const Dataset& dataset, Engine& engine, const Scoring& how) {
  const std::vector<View> views = evaluation.all_views(spec.net.input.width);
  FlowOptions options = flow_options(spec);
  if (options.on_error == OnError::substitute) options.on_error = OnError::skip;
  warn_as_they_fail(options, "counted as wrong");
  Flow flow(
      dataset, scoring_stages(spec.stages),
      plan_scoring(dataset, open_image, {.views = views, .batch = evaluation.batch, .shard = {}}),
      options);

  PosteriorMeans means(dataset.size(), classes(spec.net), views.size());
  Progress progress("scoring " + spec.name + " " + evaluation.name, dataset.size(), how.quiet);
  Scores scores;
  while (const BatchLease batch = flow.next()) {
    engine.score(*batch, scores);
    means.add(*batch, scores);
    if (how.stop != nullptr && *how.stop) {
      throw Error(Origin::stopped, "stopped while scoring " + spec.name + " " + evaluation.name +
                                       "; the next run scores it anew");
    }
    progress.show(means.complete(), "images");
  }
  EvaluationResult result;
  describe(result, spec, evaluation, dataset);
  result.scores = means.rows();
  result.failed = flow.failures();
  compute_errors(result);
  return result;
}

}  // namespace vggflow
