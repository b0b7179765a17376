#pragma once

#include <bit>
#include <cstdint>

#include "base/cuda/bfloat16.h"
#include "base/cuda/host_device.h"

/// 16 bytes, what a thread moves at once: 4 f32 or 8 bf16.
namespace vggflow::cudnn {

template <class T>
inline constexpr int kLanes = 16 / static_cast<int>(sizeof(T));

/// The elements as they lie in memory; on the host, too, read and written as what they are not.
struct __attribute__((may_alias, aligned(16))) Pack {
  std::uint32_t words[4] = {};
};

/// The elements as numbers.
template <class T>
struct Lanes {
  float values[kLanes<T>] = {};
};

/// `at` is aligned to 16 bytes.
template <class T>
VGGFLOW_HOST_DEVICE Pack load(const T* at) {
  return *reinterpret_cast<const Pack*>(at);
}
template <class T>
VGGFLOW_HOST_DEVICE void store(T* at, const Pack& pack) {
  *reinterpret_cast<Pack*>(at) = pack;
}

template <class T>
VGGFLOW_HOST_DEVICE Lanes<T> unpack(const Pack& pack) {
  Lanes<T> lanes;
  for (int i = 0; i < 4; ++i) {
    if constexpr (kLanes<T> == 4) {
      lanes.values[i] = std::bit_cast<float>(pack.words[i]);
    } else {
      lanes.values[2 * i] = std::bit_cast<float>(pack.words[i] << 16);
      lanes.values[2 * i + 1] = std::bit_cast<float>(pack.words[i] & 0xFFFF0000U);
    }
  }
  return lanes;
}

/// A word of two bf16, rounded.
VGGFLOW_HOST_DEVICE inline std::uint32_t bfloat16_word(float low, float high) {
  return std::uint32_t{cuda::BFloat16(low).bits} | std::uint32_t{cuda::BFloat16(high).bits} << 16;
}

template <class T>
VGGFLOW_HOST_DEVICE Pack pack(const Lanes<T>& lanes) {
  Pack out;
  for (int i = 0; i < 4; ++i) {
    if constexpr (kLanes<T> == 4) {
      out.words[i] = std::bit_cast<std::uint32_t>(lanes.values[i]);
    } else {
      out.words[i] = bfloat16_word(lanes.values[2 * i], lanes.values[2 * i + 1]);
    }
  }
  return out;
}

/// Of lanes that came out of unpack(): there is nothing to round.
template <class T>
VGGFLOW_HOST_DEVICE Pack pack_exact(const Lanes<T>& lanes) {
  if constexpr (kLanes<T> == 4) return pack(lanes);
  Pack out;
  for (int i = 0; i < 4; ++i) {
    out.words[i] =
        std::bit_cast<std::uint32_t>(lanes.values[2 * i % kLanes<T>]) >> 16 |
        (std::bit_cast<std::uint32_t>(lanes.values[(2 * i + 1) % kLanes<T>]) & 0xFFFF0000U);
  }
  return out;
}

/// What of the lanes is kept; the rest becomes zeros.
template <class T>
struct Kept {
  bool lanes[kLanes<T>] = {};
};
template <class T>
VGGFLOW_HOST_DEVICE Pack keep(const Pack& pack, const Kept<T>& kept) {
  Pack out;
  for (int i = 0; i < 4; ++i) {
    if constexpr (kLanes<T> == 4) {
      out.words[i] = kept.lanes[i] ? pack.words[i] : 0;
    } else {
      out.words[i] = pack.words[i] & ((kept.lanes[2 * i] ? 0xFFFFU : 0U) |
                                      (kept.lanes[2 * i + 1] ? 0xFFFF0000U : 0U));
    }
  }
  return out;
}

/// Four f32 to where they are kept as T, rounded.
VGGFLOW_HOST_DEVICE inline void store_four(float* at, const Lanes<float>& lanes) {
  store(at, pack(lanes));
}
VGGFLOW_HOST_DEVICE inline void store_four(cuda::BFloat16* at, const Lanes<float>& lanes) {
  struct __attribute__((may_alias, aligned(8))) Half {
    std::uint32_t words[2];
  };
  *reinterpret_cast<Half*>(at) = {bfloat16_word(lanes.values[0], lanes.values[1]),
                                  bfloat16_word(lanes.values[2], lanes.values[3])};
}

}  // namespace vggflow::cudnn
