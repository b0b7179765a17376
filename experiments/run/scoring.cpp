#include "experiments/run/scoring.h"

#include <cstdio>
#include <set>

#include "base/log.h"
#include "experiments/evaluation/evaluator.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/run/evaluation_identity.h"
#include "experiments/run/failed_images.h"
#include "experiments/run/machine.h"
#include "experiments/run/provenance.h"
#include "experiments/run/sources.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWeights = "weights.h5";

/// Scores, saves and links one evaluation. `path` is where the weights come from.
void score(const Spec& spec, const EvaluationSpec& evaluation, const Dataset& dataset,
           const Weights& weights, const std::string& path, const RunOptions& options) {
  const std::string started = utc_now();
  const fs::path folder = folder_of(spec, options);
  const auto engine = make_engine(
      engine_name(spec), spec.net,
      {.seed = spec.seed, .threads = spec.compute.threads, .aggregate = evaluation.aggregate});
  engine->load(weights.parameters);
  EvaluationResult result =
      evaluate(spec, evaluation, dataset, *engine, {.quiet = options.quiet, .stop = options.stop});
  result.origin = {evaluation_identity(spec, evaluation), path, weights.sha256};
  const Provenance origin = provenance(spec, *engine, started);
  save_evaluation(folder, result, origin);
  link_evaluations(folder, origin);
  warn_of_failed("counted as wrong", result.failed.size(),
                 evaluation_path(folder, evaluation.name));
  char errors[96];
  std::snprintf(errors, sizeof errors, "top-1 error %.2f %%, top-5 error %.2f %%, %zu images",
                result.top1_error, result.top5_error, result.names.size());
  log_info(spec.name + " " + evaluation.name + ": " + errors);
}

Weights load_checked(const fs::path& path, const Spec& spec) {
  Weights weights = load_weights(path);
  check_parameters(weights.parameters, spec.net, path.string());
  check_preprocessing(weights, spec, path.string());
  return weights;
}

}  // namespace

std::vector<EvaluationSpec> wanted_evaluations(const Spec& spec,
                                               const std::vector<std::string>& names) {
  std::set<std::string> members;
  if (names.empty()) {
    for (const EvaluationSpec& evaluation : spec.evaluations) members.insert(evaluation.name);
  }
  for (const std::string& name : names) {
    members.insert(name);
    const auto& combined = spec.evaluation(name).combine;
    members.insert(combined.begin(), combined.end());
  }
  std::vector<EvaluationSpec> wanted;
  for (const bool combination : {false, true}) {
    for (const EvaluationSpec& evaluation : spec.evaluations) {
      if (members.contains(evaluation.name) && combination != evaluation.combine.empty()) {
        wanted.push_back(evaluation);
      }
    }
  }
  return wanted;
}

std::vector<std::string> stale_evaluations(const Spec& spec, const fs::path& folder,
                                           const std::vector<EvaluationSpec>& of) {
  std::vector<std::string> stale;
  if (of.empty()) return stale;
  const std::string digest = load_weights_facts(folder / kWeights).sha256;
  for (const EvaluationSpec& evaluation : of) {
    const std::string reason = why_stale(folder, spec, evaluation, digest);
    if (reason.empty()) continue;
    log_info(spec.name + " " + evaluation.name + ": " + reason + ", so it is scored");
    stale.push_back(evaluation.name);
  }
  return stale;
}

void score_experiment(const Spec& spec, const RunOptions& options,
                      const std::vector<std::string>& names, const fs::path& weights) {
  const fs::path folder = folder_of(spec, options);
  const std::vector<EvaluationSpec> wanted = wanted_evaluations(spec, names);
  const Weights loaded = load_checked(weights.empty() ? folder / kWeights : weights, spec);
  const auto dataset = open_scoring_data(spec, options);
  check_classes(*dataset, loaded.class_names);
  const std::string path = weights.empty() ? kWeights : weights.string();
  for (const EvaluationSpec& evaluation : wanted) {
    score(spec, evaluation, *dataset, loaded, path, options);
  }
}

}  // namespace vggflow
