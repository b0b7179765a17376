#pragma once

#include "experiments/run/experiment.h"

namespace vggflow {

/// The evaluations of these names, all of the spec's when there are none, each after those that it
/// combines. Error (usage) naming the known ones.
[[nodiscard]] std::vector<EvaluationSpec> wanted_evaluations(const Spec& spec,
                                                             const std::vector<std::string>& names);

/// Error (system) naming what a file of these evaluations cannot be written over, a folder say: to
/// be asked before the work that it takes to make them.
void check_outputs(const Spec& spec, const RunOptions& options,
                   const std::vector<EvaluationSpec>& evaluations);

/// Those of `of` whose files do not hold the scores of the weights of OUT/<name> and, where they
/// can be had, of the images under this spec; says why.
[[nodiscard]] std::vector<EvaluationSpec> stale_evaluations(const Spec& spec,
                                                            const RunOptions& options,
                                                            const std::vector<EvaluationSpec>& of);

/// Scores, saves and links these evaluations of the spec, with the weights of OUT/<name>, or of
/// `weights`. A combination wants the files of its members.
void score_experiment(const Spec& spec, const RunOptions& options,
                      const std::vector<EvaluationSpec>& evaluations,
                      const std::filesystem::path& weights = {});

/// The same of those called so (all when empty), anew; members of combinations that are not among
/// them only where they are stale.
void score_anew(const Spec& spec, const RunOptions& options, const std::vector<std::string>& names,
                const std::filesystem::path& weights);

}  // namespace vggflow
