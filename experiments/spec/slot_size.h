#pragma once

#include "base/export.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// What the stages make is what the slots of training batches hold: a spec that is only measured or
/// looked at needs no net. Error (spec) if the stages make pictures of many sizes.
[[nodiscard]] VGGFLOW_API Size slot_size(const Spec& spec);

}  // namespace vggflow
