#pragma once

#include "experiments/run/experiment.h"

namespace vggflow {

/// Names of the spec's evaluations whose files do not hold the scores of the weights in `folder`
/// under this spec; says why.
[[nodiscard]] std::vector<std::string> stale_evaluations(const Spec& spec,
                                                         const std::filesystem::path& folder);

/// Scores, saves and links these evaluations (all of the spec's when empty), with the weights of
/// OUT/<name>, or of `weights`.
void score_experiment(const Spec& spec, const RunOptions& options,
                      const std::vector<std::string>& names, const std::filesystem::path& weights);

}  // namespace vggflow
