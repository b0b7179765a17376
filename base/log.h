#pragma once

#include <string>

#include "base/export.h"

namespace vggflow {

/// Messages to people, on standard error, one line each. Safe from any thread.
VGGFLOW_API void log_info(const std::string& message);
VGGFLOW_API void log_warning(const std::string& message);

/// Only warnings and errors from now on (`--quiet`).
VGGFLOW_API void set_quiet(bool quiet);

}  // namespace vggflow
