#pragma once

#include <cstdint>

namespace vggflow {

/// Most memory that this program has held at once since it started (VmHWM).
[[nodiscard]] std::uint64_t peak_rss_bytes();

}  // namespace vggflow
