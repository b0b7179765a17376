#pragma once

#include "base/batch.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// Noise, normalised as the spec says, with random labels; all slots weigh 1.
[[nodiscard]] Batch noise_batch(const Spec& spec, const BatchShape& shape);

}  // namespace vggflow
