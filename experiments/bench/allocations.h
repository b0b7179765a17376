#pragma once

#include <cstdint>

namespace vggflow {

/// Calls of `operator new` in the whole process.
struct Allocations {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

/// Who replaces `operator new` counts; a program that does not has no counter.
using AllocationCounter = Allocations (*)();

}  // namespace vggflow
