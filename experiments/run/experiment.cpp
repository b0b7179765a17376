#include "experiments/run/experiment.h"

#include <algorithm>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/log.h"
#include "experiments/evaluation/evaluator.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/run/initial_weights.h"
#include "experiments/run/machine.h"
#include "experiments/run/provenance.h"
#include "experiments/training/trainer.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Dataset> open_source(const Value& source, const std::string& path, const Spec& spec,
                                     const RunOptions& options) {
  if (source.is_null()) {
    throw Error(Origin::spec, path + ": is missing; it names the images, e.g. {folder: DIR}",
                spec.resolved.place());
  }
  auto dataset = open_dataset(Params(source, path), options.data);
  const auto found = static_cast<int>(dataset->classes().size());
  if (found > classes(spec.net)) {
    throw Error(Origin::data,
                path + ": " + dataset->description() + ": a label outside the net's " +
                    std::to_string(classes(spec.net)) +
                    " classes: " + dataset->classes()[static_cast<std::size_t>(classes(spec.net))]);
  }
  return dataset;
}

/// Ranks of class names are labels, so a data set with other classes would be scored wrongly.
void check_classes(const Dataset& dataset, const Weights& weights, const std::string& path) {
  const auto& known = weights.class_names;
  if (known.empty() || known == dataset.classes()) return;
  const auto differ = std::ranges::mismatch(known, dataset.classes());
  throw Error(Origin::data,
              path + ": other classes than the weights were trained on: class " +
                  std::to_string(differ.in1 - known.begin()) + " is " +
                  (differ.in2 == dataset.classes().end() ? std::string("missing") : *differ.in2) +
                  ", trained on " +
                  (differ.in1 == known.end() ? std::string("none") : *differ.in1));
}

/// The part of a spec that decides the weights.
std::string training_text(Value resolved) {
  for (const char* key : {"evaluate", "feed", "compute"}) resolved.erase(key);
  if (Value* data = resolved.find("data")) data->erase("val");
  return to_yaml(resolved);
}

/// True when the weights of this very spec are there. Error (spec) when they are of another one.
bool is_trained(const Spec& spec, const fs::path& folder) {
  if (!fs::exists(folder / "weights.h5")) return false;
  if (!fs::exists(folder / "spec.yaml") ||
      training_text(read_yaml(folder / "spec.yaml")) != training_text(spec.resolved)) {
    throw Error(Origin::spec,
                "these results are of another spec than the one given; allowed: the same spec, "
                "another --out, or --fresh to train again",
                folder.string());
  }
  return true;
}

std::unique_ptr<Engine> engine_for(const Spec& spec, const EvaluationSpec* evaluation) {
  return make_engine(engine_name(spec), spec.net,
                     {.batch = evaluation || !spec.train ? 0 : spec.train->batch,
                      .seed = spec.seed,
                      .threads = spec.compute.threads,
                      .aggregate = evaluation ? evaluation->aggregate : Aggregate::scores});
}

void train_experiment(const Spec& spec, const RunOptions& options, const fs::path& folder) {
  const std::string started = utc_now();
  const auto dataset = open_source(spec.train_data, "data.train", spec, options);
  log_info(spec.name + ": training on " + dataset->description());
  const auto engine = engine_for(spec, nullptr);
  engine->load(initial_weights(spec, options));
  write_text_atomically(folder / "spec.yaml", to_yaml(spec.resolved));

  const auto communicator = single_process();
  const TrainingResult result =
      train(spec, *dataset, *engine, *communicator, folder / "log.jsonl", options.quiet);
  save_results(folder, result.log, result.timing, provenance(spec, *engine, started));
  save_weights(folder / "weights.h5", {.parameters = engine->parameters(),
                                       .net = spec.net.name,
                                       .crop = spec.net.input.width,
                                       .class_names = dataset->classes(),
                                       .preprocessing = spec.preprocessing});
  for (const FailedSample& failed : result.failed)
    log_warning("left out: " + failed.name + ": " + failed.reason);
}

/// Scores, saves and links one evaluation.
void score_experiment(const Spec& spec, const EvaluationSpec& evaluation, const Weights& weights,
                      const RunOptions& options, const fs::path& folder) {
  const std::string started = utc_now();
  const auto dataset = open_source(spec.val_data, "data.val", spec, options);
  check_classes(*dataset, weights, "data.val");
  const auto engine = engine_for(spec, &evaluation);
  engine->load(weights.parameters);
  const EvaluationResult result = evaluate(spec, evaluation, *dataset, *engine, options.quiet);
  const Provenance origin = provenance(spec, *engine, started);
  save_evaluation(folder, result, origin);
  link_evaluations(folder, origin);
  for (const FailedSample& failed : result.failed)
    log_warning("counted as wrong: " + failed.name + ": " + failed.reason);
  char errors[96];
  std::snprintf(errors, sizeof errors, "top-1 error %.2f %%, top-5 error %.2f %%, %zu images",
                result.top1_error, result.top5_error, result.names.size());
  log_info(spec.name + " " + evaluation.name + ": " + errors);
}

Weights load_checked(const fs::path& path, const Spec& spec) {
  Weights weights = load_weights(path);
  check_parameters(weights.parameters, spec.net, path.string());
  return weights;
}

}  // namespace

fs::path folder_of(const Spec& spec, const RunOptions& options) { return options.out / spec.name; }

void run_experiment(const Spec& spec, const RunOptions& options) {
  const fs::path folder = folder_of(spec, options);
  if (options.fresh) fs::remove_all(folder);
  if (!is_trained(spec, folder)) {
    if (!spec.train) {
      throw Error(Origin::spec, "train: is missing, and there are no weights in " + folder.string(),
                  spec.resolved.place());
    }
    train_experiment(spec, options, folder);
  }
  std::vector<std::string> missing;
  for (const EvaluationSpec& evaluation : spec.evaluations) {
    if (!fs::exists(folder / "evaluations" / (evaluation.name + ".h5"))) {
      missing.push_back(evaluation.name);
    }
  }
  if (!missing.empty()) evaluate_experiment(spec, options, missing);
  log_info(spec.name + ": results in " + (folder / "results.h5").string());
}

void evaluate_experiment(const Spec& spec, const RunOptions& options,
                         const std::vector<std::string>& names, const fs::path& weights) {
  const fs::path folder = folder_of(spec, options);
  const Weights loaded = load_checked(weights.empty() ? folder / "weights.h5" : weights, spec);
  std::vector<EvaluationSpec> wanted;
  for (const std::string& name : names) wanted.push_back(spec.evaluation(name));
  if (names.empty()) wanted = spec.evaluations;
  for (const EvaluationSpec& evaluation : wanted) {
    score_experiment(spec, evaluation, loaded, options, folder);
  }
}

}  // namespace vggflow
