#pragma once

#include <cstddef>
#include <functional>

namespace vggflow {

/// Calls task(0) ... task(count - 1) on more threads than there are processors: for tasks that wait
/// for a disk most of the time. If some throw, the rest is left out and the exception of the lowest
/// number is thrown, the same one whatever the threads did.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& task);

}  // namespace vggflow
