#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// What the command line says about a run.
struct RunOptions {
  std::filesystem::path data = ".";   ///< where relative paths of `data:` start
  std::filesystem::path out = "out";  ///< also of the cached indexes, in OUT/.index
  bool fresh = false;                 ///< start again although results are there
  bool quiet = false;
  std::filesystem::path tensorboard = {};  ///< event files, in a folder per experiment; empty: none
  const std::atomic<bool>* stop =
      nullptr;  ///< set by a signal: stop where the same command goes on
};

/// OUT/<name>.
[[nodiscard]] VGGFLOW_API std::filesystem::path folder_of(const Spec& spec,
                                                          const RunOptions& options);

/// Trains (unless OUT/<name>/weights.h5 of the same spec is there), from the last checkpoint if
/// there is one, and runs the evaluations that are missing or were made otherwise than the spec
/// says now: other weights, scales, images ... Leaves spec.yaml, weights.h5, log.jsonl, flow.json,
/// checkpoints/*.h5, evaluations/*.h5 and results.h5 in OUT/<name>.
///
/// Error (spec) if what is there was trained by another spec, or from weights that have changed
/// since; `fresh` starts again, once everything that training needs was opened and checked. Error
/// (stopped) when told to stop. Error (usage) while another run works in the folder, and for an
/// evaluation that the spec has not. `evaluations`: these, and those that they combine, alone; all
/// when empty.
VGGFLOW_API void run_experiment(const Spec& spec, const RunOptions& options,
                                const std::vector<std::string>& evaluations = {});

/// Logs where the results are: "D-256: results in OUT/D-256/results.h5".
VGGFLOW_API void log_results(const Spec& spec, const RunOptions& options);

/// The training half of run_experiment(): no evaluation is looked at.
VGGFLOW_API void make_weights(const Spec& spec, const RunOptions& options);

/// Runs these evaluations (all of the spec's when empty) with the weights of OUT/<name>, or of
/// `weights`, anew.
VGGFLOW_API void evaluate_experiment(const Spec& spec, const RunOptions& options,
                                     const std::vector<std::string>& names,
                                     const std::filesystem::path& weights = {});

}  // namespace vggflow
