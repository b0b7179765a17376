#pragma once

#include <string>

#include "base/export.h"

namespace vggflow {

/// "oneTBB 2021.8": of the library that runs, which need not be the one built with.
[[nodiscard]] VGGFLOW_API std::string tbb_version();

}  // namespace vggflow
