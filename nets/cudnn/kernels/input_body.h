#pragma once

#include <cmath>
#include <cstdint>

#include "base/cuda/cut.h"
#include "nets/cudnn/kernels/pack.h"

namespace vggflow::cudnn {

inline constexpr int kInputChannels = 8;  ///< of the converted pixel, RGB first

/// Where the pixels of one slot come from, and its map.
struct SlotSource {
  const std::uint8_t* first = nullptr;  ///< pixel (0, 0) before any mirroring
  std::int64_t row = 0;                 ///< pixels
  bool mirrored = false;
  float map[12] = {};  ///< ColourAffine::m
};

/// `colour` is the slot's map, 12 values.
VGGFLOW_HOST_DEVICE inline SlotSource slot_source(const std::uint8_t* pixels, const cuda::Cut& cut,
                                                  const float* colour) {
  SlotSource source{pixels + 3 * cut.first, cut.row, cut.mirrored != 0, {}};
  for (int i = 0; i < 12; ++i) source.map[i] = colour[i];
  return source;
}

/// The colours of pixel (y, x) of a slot of `width`, in ColourAffine::channel()'s order of fmaf.
VGGFLOW_HOST_DEVICE inline Lanes<float> convert_pixel(const SlotSource& source, int width,
                                                      std::int64_t y, int x) {
  const std::uint8_t* at =
      source.first + 3 * (y * source.row + (source.mirrored ? width - 1 - x : x));
  const float r = at[0];
  const float g = at[1];
  const float b = at[2];
  const float* m = source.map;
  Lanes<float> out;
  for (int c = 0; c < 3; ++c, m += 4) {
    out.values[c] = std::fmaf(m[0], r, std::fmaf(m[1], g, std::fmaf(m[2], b, m[3])));
  }
  return out;
}

/// `colours`, RGB and 0, as the pixel that `out` leads to.
template <class T>
VGGFLOW_HOST_DEVICE void store_pixel(T* out, const Lanes<float>& colours) {
  if constexpr (kLanes<T> == 4) {
    store(out, pack<T>(colours));
    store(out + 4, Pack{});
  } else {
    const std::uint32_t low = bfloat16_word(colours.values[0], colours.values[1]);
    store(out, Pack{{low, bfloat16_word(colours.values[2], 0)}});
  }
}

}  // namespace vggflow::cudnn
