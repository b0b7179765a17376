#pragma once

#include <string>

#include "base/export.h"

namespace vggflow {

/// "libjpeg-turbo 2.1.5": of the headers built with; the library cannot be asked.
[[nodiscard]] VGGFLOW_API std::string jpeg_version();

}  // namespace vggflow
