#pragma once

#include <functional>

#include "experiments/evaluation/evaluator.h"
#include "experiments/training/training_log.h"
#include "nets/comm/communicator.h"

namespace vggflow {

/// A quick look of `train.validation` at the centre crops of a data set. The row knows no iteration
/// yet. Error (stopped) when told to stop.
[[nodiscard]] ValidationRow validate(const Spec& spec, const Dataset& dataset, Engine& engine,
                                     const Scoring& how);

/// The row that the first process sees, or its Error, in all of them.
[[nodiscard]] ValidationRow validated_by_first(Communicator& all,
                                               const std::function<ValidationRow()>& look);

}  // namespace vggflow
