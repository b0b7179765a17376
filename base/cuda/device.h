#pragma once

#include <cstddef>
#include <string>

#include "base/export.h"

namespace vggflow::cuda {

/// One card, as CUDA numbers them.
struct DeviceInfo {
  int index = 0;
  std::string name;  ///< "NVIDIA H200"
  int major = 0;     ///< of the compute capability: 9 of 9.0
  int minor = 0;
  int multiprocessors = 0;
  std::size_t memory = 0;    ///< bytes
  std::size_t l2_cache = 0;  ///< bytes
  /// "NVIDIA H200, compute capability 9.0, 143771 MiB"
  [[nodiscard]] VGGFLOW_API std::string text() const;
};

/// Cards that CUDA sees; 0 also where there is no driver.
[[nodiscard]] VGGFLOW_API int device_count();
/// Why no card can be used, or nothing: no driver, a driver older than the runtime that this was
/// built with, no card, or a card for which this build holds no code.
[[nodiscard]] VGGFLOW_API std::string why_unusable(int index = 0);
/// Error (engine) with why_unusable() if there is no such card.
[[nodiscard]] VGGFLOW_API DeviceInfo device_info(int index = 0);
/// Of the calling thread from now on. Error (engine) as device_info().
VGGFLOW_API void use_device(int index);
/// "CUDA 13.0, driver 13.0": for provenance.
[[nodiscard]] VGGFLOW_API std::string versions();

}  // namespace vggflow::cuda
