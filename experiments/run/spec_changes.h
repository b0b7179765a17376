#pragma once

#include <string>
#include <vector>

#include "base/export.h"
#include "base/value.h"

namespace vggflow {

/// The part of a resolved spec that decides the weights: all but evaluations, data.val unless a
/// validation looks at it, checkpoints, the log, and how many threads and batches are in flight.
[[nodiscard]] VGGFLOW_API Value training_part(Value resolved);
/// The same, without what may change while a training goes on: its length, first rate, schedule
/// (warm-up, early stop), validation, and what a loss that is not finite does.
[[nodiscard]] VGGFLOW_API Value lasting_part(Value resolved);

/// Key by key what differs: "train.batch was 64, is 32". Lists of one length are compared item by
/// item.
[[nodiscard]] VGGFLOW_API std::vector<std::string> changes(const Value& then, const Value& now);

}  // namespace vggflow
