#pragma once

#include <cstdint>
#include <memory>

#include "base/batch.h"
#include "base/cuda/cut.h"
#include "base/cuda/stream.h"

namespace vggflow::cuda {

/// A batch on the card. What the pointers lead to is read only in the order of a stream that waits
/// for `ready`; who has read it calls used_by(), and only then may the memory be written again.
class DeviceBatch {
 public:
  virtual ~DeviceBatch() = default;
  const std::uint8_t* pixels = nullptr;  ///< u8 RGB
  const Cut* cuts = nullptr;             ///< (N) of these pixels
  const float* colour = nullptr;         ///< (N, 12) the pending maps
  const std::int32_t* labels = nullptr;  ///< (N)
  const float* weights = nullptr;        ///< (N)
  const Event* ready = nullptr;
  /// All that was put into `stream` so far has read what it wants.
  virtual void used_by(const Stream& stream) const = 0;
};

}  // namespace vggflow::cuda
