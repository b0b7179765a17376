#pragma once

#include "experiments/evaluation/evaluator.h"
#include "experiments/training/training_log.h"

namespace vggflow {

/// A quick look of `train.validation` at the centre crops of a data set. The row knows no iteration
/// yet. Error (stopped) when told to stop.
[[nodiscard]] ValidationRow validate(const Spec& spec, const Dataset& dataset, Engine& engine,
                                     const Scoring& how);

}  // namespace vggflow
