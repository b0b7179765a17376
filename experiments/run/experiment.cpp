#include "experiments/run/experiment.h"

#include "base/error.h"
#include "base/folder_lock.h"
#include "base/log.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/run/scoring.h"
#include "experiments/run/trained.h"
#include "experiments/run/training.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

fs::path folder_of(const Spec& spec, const RunOptions& options) { return options.out / spec.name; }

void run_experiment(const Spec& spec, const RunOptions& options,
                    const std::vector<std::string>& evaluations) {
  const std::vector<EvaluationSpec> wanted = wanted_evaluations(spec, evaluations);
  const fs::path folder = folder_of(spec, options);
  check_out(folder);
  const FolderLock lock(folder);
  check_outputs(spec, options, wanted);
  if (options.fresh || !is_trained(spec, options, folder)) train_experiment(spec, options, folder);
  const std::vector<EvaluationSpec> stale = stale_evaluations(spec, options, wanted);
  if (!stale.empty()) {
    score_experiment(spec, options, stale);
  } else if (!evaluations_are_linked(folder)) {
    link_evaluations(folder, {});
  }
}

void log_results(const Spec& spec, const RunOptions& options) {
  log_info(spec.name + ": results in " + (folder_of(spec, options) / "results.h5").string());
}

void make_weights(const Spec& spec, const RunOptions& options) {
  const fs::path folder = folder_of(spec, options);
  check_out(folder);
  const FolderLock lock(folder);
  if (options.fresh || !is_trained(spec, options, folder)) train_experiment(spec, options, folder);
}

void evaluate_experiment(const Spec& spec, const RunOptions& options,
                         const std::vector<std::string>& names, const fs::path& weights) {
  const fs::path folder = folder_of(spec, options);
  check_out(folder);
  const FolderLock lock(folder);
  score_anew(spec, options, names, weights);
}

}  // namespace vggflow
