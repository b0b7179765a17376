#pragma once

#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/evaluation/results_file.h"

namespace vggflow {

/// One of several evaluations whose posteriors are averaged.
struct CombinationMember {
  std::string name;  ///< for messages and the result: "multi", "D-256/multi"
  EvaluationResult result;
};

/// The mean of the members' posteriors, image by image, each member weighing the same, with errors,
/// failed images (those that failed in any member) and `members`. Origin, and name, are left to the
/// caller. Error (data) naming both members when they are not of the same images, labels and
/// classes, or when there are none.
[[nodiscard]] VGGFLOW_API EvaluationResult combined(const std::vector<CombinationMember>& members);

}  // namespace vggflow
