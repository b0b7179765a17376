#pragma once

#include "experiments/bench/allocations.h"

namespace vggflow {

/// Of this program, which replaces `operator new` by one that counts (counted_new.cpp); null under
/// a sanitizer, which has its own (uncounted_new.cpp).
[[nodiscard]] AllocationCounter allocation_counter();

}  // namespace vggflow
