#pragma once

#include "experiments/bench/allocations.h"

namespace vggflow {

/// What `operator new`, which this program replaces by one that counts, was called for so far.
[[nodiscard]] Allocations allocations_so_far();

}  // namespace vggflow
