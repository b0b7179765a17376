#include "experiments/run/scoring.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/log.h"
#include "experiments/evaluation/combination.h"
#include "experiments/evaluation/evaluator.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/run/evaluation_identity.h"
#include "experiments/run/failed_images.h"
#include "experiments/run/machine.h"
#include "experiments/run/provenance.h"
#include "experiments/run/resume.h"
#include "experiments/run/sources.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWeights = "weights.h5";

/// What all evaluations of a call share.
struct Subject {
  const Spec& spec;
  const RunOptions& options;
  fs::path folder;
  std::string path;  // where the weights come from
  std::string weights_sha256;
};

fs::path journal_path(const fs::path& folder, const EvaluationSpec& evaluation) {
  return folder / "evaluations" / (evaluation.name + ".journal");
}

/// Of an evaluation that is done, or is to be made from its first image.
void drop_journal(const fs::path& folder, const EvaluationSpec& evaluation) {
  std::error_code failure;
  const fs::path path = journal_path(folder, evaluation);
  fs::remove(path, failure);
  if (failure) log_warning(path.string() + ": cannot be removed: " + failure.message());
}

JournalPlace journal_of(const Subject& subject, const EvaluationSpec& evaluation,
                        const Dataset& dataset) {
  return {.path = journal_path(subject.folder, evaluation),
          .subject = evaluation_identity(subject.spec, evaluation) + "\nweights " +
                     subject.weights_sha256 + "\nimages " + data_sha256(dataset) + "\nfrom " +
                     fs::weakly_canonical(subject.options.data).string() + ", " +
                     dataset.description() + "\nbatch " + std::to_string(evaluation.batch)};
}

void save(const Subject& subject, const EvaluationSpec& evaluation, EvaluationResult result,
          const std::string& source_sha256, const Engine& engine, const std::string& started) {
  result.name = evaluation.name;
  result.origin = {evaluation_identity(subject.spec, evaluation), subject.path,
                   subject.weights_sha256, source_sha256};
  const Provenance origin = provenance(subject.spec, engine, started);
  save_evaluation(subject.folder, result, origin);
  link_evaluations(subject.folder, origin);
  warn_of_failed("counted as wrong", result.failed.size(),
                 evaluation_path(subject.folder, evaluation.name));
  char errors[96];
  std::snprintf(errors, sizeof errors, "top-1 error %.2f %%, top-5 error %.2f %%, %zu images",
                result.top1_error, result.top5_error, result.names.size());
  log_info(subject.spec.name + " " + evaluation.name + ": " + errors);
}

std::unique_ptr<Engine> engine_of(const Spec& spec, const EvaluationSpec& evaluation) {
  return make_engine(
      engine_name(spec), spec.net,
      scoring_options(spec, evaluation.aggregate));
}

void score(const Subject& subject, const EvaluationSpec& evaluation, const Dataset& dataset,
           const Weights& weights) {
  const std::string started = utc_now();
  const auto engine = engine_of(subject.spec, evaluation);
  engine->load(weights.parameters);
  const JournalPlace journal = journal_of(subject, evaluation, dataset);
  EvaluationResult result =
      evaluate(subject.spec, evaluation, dataset, *engine,
               {.quiet = subject.options.quiet, .stop = subject.options.stop, .journal = journal});
  save(subject, evaluation, std::move(result), data_sha256(dataset), *engine, started);
  drop_journal(subject.folder, evaluation);
}

/// Its members may be of another time than this spec: `evaluate` wants to hear of it.
void combine(const Subject& subject, const EvaluationSpec& evaluation) {
  const std::string started = utc_now();
  std::vector<CombinationMember> members;
  for (const std::string& name : evaluation.combine) {
    const std::string reason = why_stale(subject.folder, subject.spec,
                                         subject.spec.evaluation(name), subject.weights_sha256);
    if (!reason.empty()) {
      throw Error(Origin::data,
                  "combine: " + name + " " + reason + "; allowed: evaluations of these weights",
                  evaluation_path(subject.folder, name).string());
    }
    members.push_back({name, load_evaluation(subject.folder, name)});
  }
  save(subject, evaluation, combined(members),
       seals_sha256(member_files(subject.folder, evaluation)), *engine_of(subject.spec, evaluation),
       started);
}

/// Empty where the images cannot be had now: what is there counts as theirs then.
std::string images_sha256(const Spec& spec, const RunOptions& options) {
  try {
    return data_sha256(*open_scoring_data(spec, options));
  } catch (const Error&) {
    return {};
  }
}

void say_why(const Spec& spec, const EvaluationSpec& evaluation, const std::string& reason) {
  log_info(spec.name + " " + evaluation.name + ": " + reason + ", so it is scored");
}

Weights load_checked(const fs::path& path, const Spec& spec) {
  Weights weights = load_weights(path);
  check_net(weights, spec, path.string());
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

void check_outputs(const Spec& spec, const RunOptions& options,
                   const std::vector<EvaluationSpec>& evaluations) {
  if (evaluations.empty()) return;
  const fs::path folder = folder_of(spec, options);
  std::vector<fs::path> files{folder / "results.h5"};
  for (const EvaluationSpec& evaluation : evaluations) {
    files.push_back(evaluation_path(folder, evaluation.name));
    files.push_back(journal_path(folder, evaluation));
  }
  for (const fs::path& file : files) {
    std::error_code ignored;  // writing will tell
    if (!fs::is_directory(file, ignored)) continue;
    throw Error(Origin::system, "is a folder, where a file of results is to be written",
                file.string());
  }
}

std::vector<EvaluationSpec> stale_evaluations(const Spec& spec, const RunOptions& options,
                                              const std::vector<EvaluationSpec>& of) {
  std::vector<EvaluationSpec> stale;
  if (of.empty()) return stale;
  const fs::path folder = folder_of(spec, options);
  const std::string digest = load_weights_facts(folder / kWeights).sha256;
  std::optional<std::string> images;
  for (const EvaluationSpec& evaluation : of) {
    if (!images && fs::exists(evaluation_path(folder, evaluation.name))) {
      images = images_sha256(spec, options);
    }
    std::string reason = why_stale(folder, spec, evaluation, digest, images.value_or(""));
    for (const EvaluationSpec& other : stale) {
      const bool member =
          std::ranges::find(evaluation.combine, other.name) != evaluation.combine.end();
      if (member && reason.empty()) reason = "averages " + other.name;
    }
    if (reason.empty()) {
      drop_journal(folder, evaluation);
      continue;
    }
    say_why(spec, evaluation, reason);
    stale.push_back(evaluation);
  }
  return stale;
}

void score_experiment(const Spec& spec, const RunOptions& options,
                      const std::vector<EvaluationSpec>& evaluations, const fs::path& weights) {
  Subject subject{
      spec, options, folder_of(spec, options), weights.empty() ? kWeights : weights.string(), {}};
  const Weights loaded = load_checked(weights.empty() ? subject.folder / kWeights : weights, spec);
  subject.weights_sha256 = loaded.sha256;
  std::unique_ptr<Dataset> dataset;
  for (const EvaluationSpec& evaluation : evaluations) {
    if (!evaluation.combine.empty()) {
      combine(subject, evaluation);
      continue;
    }
    if (!dataset) {
      dataset = open_scoring_data(spec, options);
      check_classes(*dataset, loaded.class_names);
    }
    score(subject, evaluation, *dataset, loaded);
  }
}

void score_anew(const Spec& spec, const RunOptions& options, const std::vector<std::string>& names,
                const fs::path& weights) {
  const fs::path folder = folder_of(spec, options);
  const std::string digest =
      load_weights_facts(weights.empty() ? folder / kWeights : weights).sha256;
  std::vector<EvaluationSpec> chosen;
  for (const EvaluationSpec& evaluation : wanted_evaluations(spec, names)) {
    const bool named = names.empty() || std::ranges::find(names, evaluation.name) != names.end();
    const std::string reason = why_stale(folder, spec, evaluation, digest);
    if (reason.empty()) drop_journal(folder, evaluation);
    if (named || !reason.empty()) chosen.push_back(evaluation);
    if (!named && !reason.empty()) say_why(spec, evaluation, reason);
  }
  check_outputs(spec, options, chosen);
  score_experiment(spec, options, chosen, weights);
}

}  // namespace vggflow
