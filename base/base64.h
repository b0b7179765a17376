#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/export.h"

namespace vggflow {

/// Base64 of RFC 4648, padded, without line breaks.
[[nodiscard]] VGGFLOW_API std::string base64(std::span<const std::byte> bytes);

}  // namespace vggflow
