#pragma once

#include <vector>

#include "base/export.h"
#include "stages/resample/kernels.h"

namespace vggflow {

/// All forms that run on this processor, the best last.
[[nodiscard]] VGGFLOW_API std::vector<const Kernels*> runnable_kernels();

}  // namespace vggflow
