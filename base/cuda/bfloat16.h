#pragma once

#include <bit>
#include <cstdint>

#include "base/cuda/host_device.h"
#include "base/export.h"

namespace vggflow::cuda {

/// The upper half of an f32: 1 sign, 8 exponent, 7 mantissa bits. Binary equal to __nv_bfloat16,
/// but known to the host's compiler as well. Exported, as else no template of it could be.
struct VGGFLOW_API BFloat16 {
  std::uint16_t bits = 0;

  BFloat16() = default;
  /// To nearest, ties to even; what is not a number stays none.
  VGGFLOW_HOST_DEVICE explicit BFloat16(float value) {
    const auto word = std::bit_cast<std::uint32_t>(value);
    const bool nan = (word & 0x7FFFFFFFU) > 0x7F800000U;
    const std::uint32_t rounded = word + 0x7FFFU + (word >> 16 & 1U);
    bits = static_cast<std::uint16_t>(nan ? word >> 16 | 0x40U : rounded >> 16);
  }
  VGGFLOW_HOST_DEVICE explicit operator float() const {
    return std::bit_cast<float>(std::uint32_t{bits} << 16);
  }
};
static_assert(sizeof(BFloat16) == 2);

}  // namespace vggflow::cuda
