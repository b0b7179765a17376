#pragma once

#include <cstdint>
#include <fstream>
#include <string>

namespace vggflow {

/// Most memory that this program has held at once (VmHWM) since it started, or since
/// forget_peak().
inline std::uint64_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  }
  return 0;
}

/// Back to what is held now.
inline void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

}  // namespace vggflow
