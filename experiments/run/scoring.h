#pragma once

#include "experiments/run/experiment.h"

namespace vggflow {

/// The evaluations of these names, all of the spec's when there are none, each after those that it
/// combines. Error (usage) naming the known ones.
[[nodiscard]] std::vector<EvaluationSpec> wanted_evaluations(const Spec& spec,
                                                             const std::vector<std::string>& names);

/// Names of those whose files do not hold the scores of the weights in `folder` under this spec;
/// says why.
[[nodiscard]] std::vector<std::string> stale_evaluations(const Spec& spec,
                                                         const std::filesystem::path& folder,
                                                         const std::vector<EvaluationSpec>& of);

/// Scores, saves and links these evaluations (all of the spec's when empty) and those that they
/// combine, with the weights of OUT/<name>, or of `weights`.
void score_experiment(const Spec& spec, const RunOptions& options,
                      const std::vector<std::string>& names, const std::filesystem::path& weights);

}  // namespace vggflow
