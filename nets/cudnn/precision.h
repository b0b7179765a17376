#pragma once

#include <cstddef>

#include "nets/engine.h"

namespace vggflow::cudnn {

/// Of one stored activation.
[[nodiscard]] constexpr std::size_t element_bytes(Precision precision) {
  return precision == Precision::bf16 ? 2 : 4;
}

/// Channels are padded with zeros to a multiple of this: 16 bytes of bf16, what the tensor cores
/// and wide loads want.
inline constexpr int kChannelStep = 8;

[[nodiscard]] constexpr int padded(int channels) {
  return (channels + kChannelStep - 1) / kChannelStep * kChannelStep;
}

}  // namespace vggflow::cudnn
