#include "experiments/evaluation/evaluator.h"

#include <optional>

#include "base/error.h"
#include "base/log.h"
#include "experiments/evaluation/posterior_means.h"
#include "experiments/evaluation/scores_so_far.h"
#include "experiments/run/failed_images.h"
#include "experiments/run/machine.h"
#include "experiments/training/progress.h"
#include "pipeline/flow.h"
#include "stages/codec/open_image.h"

namespace vggflow {
namespace {

/// "256 crop 0,1 mirrored": column and row of a grid.
std::string text_of(const View& view) {
  std::string text = std::to_string(view.short_side);
  if (view.kind == View::Kind::centre) text += " centre";
  if (view.kind == View::Kind::grid) {
    text += " crop " + std::to_string(view.column) + "," + std::to_string(view.row);
  }
  return text + (view.mirror ? " mirrored" : "");
}

void check(const Spec& spec, const EvaluationSpec& evaluation, std::size_t views,
           std::size_t images) {
  const std::string key = "evaluate." + evaluation.name;
  if (views == 0) {
    throw Error(Origin::spec, key + ": combines others and scores nothing", spec.resolved.place());
  }
  const std::uint64_t bytes =
      images * views * static_cast<std::uint64_t>(classes(spec.net)) * sizeof(float);
  if (!evaluation.keep_views || bytes <= kMostKeptBytes) return;
  throw Error(Origin::spec,
              key + ".keep: got 'views', which are " + std::to_string(bytes >> 20) +
                  " MiB; allowed: at most " + std::to_string(kMostKeptBytes >> 20) +
                  " MiB. Fewer views, or 'mean'",
              spec.resolved.place());
}

EvaluationResult described(const Spec& spec, const EvaluationSpec& evaluation,
                           const Dataset& dataset, const std::vector<View>& views) {
  EvaluationResult result;
  result.name = evaluation.name;
  result.classes = classes(spec.net);
  result.class_names = dataset.classes();
  result.scales.assign(evaluation.scales.begin(), evaluation.scales.end());
  result.views = evaluation.views.text();
  result.profile = spec.preprocessing.profile;
  for (const View& view : views) {
    if (evaluation.keep_views) result.view_names.push_back(text_of(view));
  }
  for (std::uint64_t id = 0; id < dataset.size(); ++id) {
    result.ids.push_back(id);
    result.labels.push_back(dataset.label(id));
    result.names.emplace_back(dataset.name(id));
  }
  return result;
}

FlowOptions scoring_options(const Spec& spec) {
  FlowOptions options = feeding_options(spec);
  if (options.on_error == OnError::substitute) options.on_error = OnError::skip;
  warn_as_they_fail(options, "counted as wrong");
  return options;
}

}  // namespace

EvaluationResult evaluate(const Spec& spec, const EvaluationSpec& evaluation,
                          const Dataset& dataset, Engine& engine, const Scoring& how) {
  const std::vector<View> views = evaluation.all_views(spec.net.input.width);
  check(spec, evaluation, views.size(), dataset.size());
  EvaluationResult result = described(spec, evaluation, dataset, views);
  PosteriorMeans means(result.classes, views.size(), evaluation.keep_views);
  ScoresSoFar known(dataset.size(), result.classes, means.row());
  std::optional<EvaluationJournal> journal;
  if (!how.journal.path.empty()) {
    journal.emplace(how.journal.path, how.journal.subject, means.row(),
                    [&known](const ScoredImages& images) { known.add(images); });
  }
  const std::string what = spec.name + " " + evaluation.name;
  if (known.count() > 0) {
    log_info(what + ": goes on after " + std::to_string(known.count()) + " of " +
             std::to_string(dataset.size()) + " images");
  }

  Flow flow(dataset, scoring_stages(spec.stages),
            plan_scoring(dataset, open_image,
                         {.views = views,
                          .batch = evaluation.batch,
                          .slot_pixels = evaluation.max_pixels,
                          .shard = {},
                          .done = [done = known.done()](std::uint64_t id) { return done[id]; }}),
            scoring_options(spec));
  Progress progress("scoring " + what, dataset.size(), how.quiet, known.count());
  Scores scores;
  while (const BatchLease batch = flow.next()) {
    engine.score(*batch, scores);
    const ScoredImages done = means.add(*batch, scores);
    if (journal && !done.ids.empty()) journal->add(done);
    known.add(done);
    if (how.stop != nullptr && *how.stop) {
      throw Error(Origin::stopped, "stopped while scoring " + what + "; the same command goes on");
    }
    progress.show(known.count(), "images");
  }
  result.failed = flow.failures();
  if (result.failed.size() == dataset.size()) {
    const FailedSample& one = result.failed.front();
    throw Error(Origin::data,
                what + ": every image failed; one of them: " + one.name + ": " + one.reason);
  }
  result.scores = known.take_scores();
  result.view_scores = known.take_view_scores();
  compute_errors(result);
  return result;
}

}  // namespace vggflow
