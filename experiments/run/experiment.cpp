#include "experiments/run/experiment.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/log.h"
#include "experiments/evaluation/evaluator.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/run/evaluation_identity.h"
#include "experiments/run/failed_images.h"
#include "experiments/run/initial_weights.h"
#include "experiments/run/machine.h"
#include "experiments/run/provenance.h"
#include "experiments/run/sources.h"
#include "experiments/run/trained.h"
#include "experiments/training/trainer.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWeights = "weights.h5";
constexpr const char* kFlow = "flow.json";

/// What is not there yet is made when the first file is written.
void check_out(const fs::path& folder) {
  for (const fs::path& path : {folder.parent_path(), folder}) {
    std::error_code failure;
    const fs::file_type type = fs::status(path, failure).type();
    if (type == fs::file_type::directory || type == fs::file_type::not_found) continue;
    if (failure) throw Error(Origin::system, "cannot be used: " + failure.message(), path.string());
    throw Error(Origin::usage, "is not a folder; --out wants one", path.string());
  }
}

void clear(const fs::path& folder) {
  std::error_code failure;
  fs::remove_all(folder, failure);
  if (failure) throw Error(Origin::system, "cannot remove: " + failure.message(), folder.string());
}

std::unique_ptr<Engine> engine_for(const Spec& spec, const EvaluationSpec* evaluation) {
  return make_engine(engine_name(spec), spec.net,
                     {.batch = evaluation || !spec.train ? 0 : spec.train->batch,
                      .seed = spec.seed,
                      .threads = spec.compute.threads,
                      .aggregate = evaluation ? evaluation->aggregate : Aggregate::scores});
}

/// All that training needs, opened and checked: nothing was written yet.
struct Training {
  std::unique_ptr<Dataset> dataset;
  std::unique_ptr<Engine> engine;  ///< with the weights training starts from
  std::string init_sha256;
};

Training prepare_training(const Spec& spec, const RunOptions& options, const fs::path& folder) {
  if (!spec.train) {
    throw Error(Origin::spec, "train: is missing, and there are no weights in " + folder.string(),
                spec.resolved.place());
  }
  Training training;
  training.dataset = open_training_data(spec, options);
  check_length(spec, *training.dataset);
  if (!spec.evaluations.empty()) {
    check_classes(*open_scoring_data(spec, options), training.dataset->classes());
  }
  training.engine = engine_for(spec, nullptr);
  InitialWeights initial = initial_weights(spec, options);
  training.engine->load(initial.parameters);
  training.init_sha256 = std::move(initial.sha256);
  return training;
}

void train_experiment(const Spec& spec, const RunOptions& options, const fs::path& folder) {
  const std::string started = utc_now();
  const Training training = prepare_training(spec, options, folder);
  if (options.fresh) clear(folder);
  log_info(spec.name + ": training on " + training.dataset->description());
  write_text_atomically(folder / "spec.yaml", to_yaml(spec.resolved));

  Engine& engine = *training.engine;
  const auto communicator = single_process();
  const TrainingResult result =
      train(spec, *training.dataset, engine, *communicator, folder / "log.jsonl", options.quiet);
  save_flow_figures(folder / kFlow, result.figures);
  save_results(folder, result.history, provenance(spec, engine, started));
  save_weights(folder / kWeights, {.parameters = engine.parameters(),
                                   .net = spec.net.name,
                                   .crop = spec.net.input.width,
                                   .class_names = training.dataset->classes(),
                                   .preprocessing = spec.preprocessing,
                                   .init_sha256 = training.init_sha256});
  warn_of_failed("left out", result.history.failed.size(), folder / "results.h5");
}

/// Scores, saves and links one evaluation. `path` is where the weights come from.
void score_experiment(const Spec& spec, const EvaluationSpec& evaluation, const Dataset& dataset,
                      const Weights& weights, const std::string& path, const RunOptions& options) {
  const std::string started = utc_now();
  const fs::path folder = folder_of(spec, options);
  const auto engine = engine_for(spec, &evaluation);
  engine->load(weights.parameters);
  EvaluationResult result = evaluate(spec, evaluation, dataset, *engine, options.quiet);
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

/// The evaluations whose files do not hold the scores of the weights in `folder` under this spec.
std::vector<std::string> stale_evaluations(const Spec& spec, const fs::path& folder) {
  std::vector<std::string> stale;
  if (spec.evaluations.empty()) return stale;
  const std::string digest = load_weights_facts(folder / kWeights).sha256;
  for (const EvaluationSpec& evaluation : spec.evaluations) {
    const std::string reason = why_stale(folder, spec, evaluation, digest);
    if (reason.empty()) continue;
    log_info(spec.name + " " + evaluation.name + ": " + reason + ", so it is scored");
    stale.push_back(evaluation.name);
  }
  return stale;
}

}  // namespace

fs::path folder_of(const Spec& spec, const RunOptions& options) { return options.out / spec.name; }

void run_experiment(const Spec& spec, const RunOptions& options) {
  const fs::path folder = folder_of(spec, options);
  check_out(folder);
  if (options.fresh || !is_trained(spec, options, folder)) train_experiment(spec, options, folder);
  const std::vector<std::string> stale = stale_evaluations(spec, folder);
  if (!stale.empty()) {
    evaluate_experiment(spec, options, stale);
  } else if (!evaluations_are_linked(folder)) {
    link_evaluations(folder, {});
  }
  log_info(spec.name + ": results in " + (folder / "results.h5").string());
}

void evaluate_experiment(const Spec& spec, const RunOptions& options,
                         const std::vector<std::string>& names, const fs::path& weights) {
  const fs::path folder = folder_of(spec, options);
  check_out(folder);
  std::vector<EvaluationSpec> wanted;
  for (const std::string& name : names) wanted.push_back(spec.evaluation(name));
  if (names.empty()) wanted = spec.evaluations;
  const Weights loaded = load_checked(weights.empty() ? folder / kWeights : weights, spec);
  const auto dataset = open_scoring_data(spec, options);
  check_classes(*dataset, loaded.class_names);
  const std::string path = weights.empty() ? kWeights : weights.string();
  for (const EvaluationSpec& evaluation : wanted) {
    score_experiment(spec, evaluation, *dataset, loaded, path, options);
  }
}

}  // namespace vggflow
