#pragma once

#include <cstdint>

#include "base/export.h"
#include "base/rng.h"
#include "nets/engine.h"
#include "nets/onednn/primitives.h"

namespace vggflow::onednn {

/// Of the masks of one dropout layer: a bit for each element of each slot.
struct DropoutExtent {
  int slots = 0;
  std::int64_t elements = 0;  ///< of one sample, over (C, H, W)

  [[nodiscard]] std::int64_t slot_bytes() const { return (elements + 7) / 8; }
  [[nodiscard]] std::int64_t bytes() const { return slots * slot_bytes(); }
};
struct DropoutKey {
  double probability = 0.5;
  PhiloxKey key{};  ///< stream_key(seed, "dropout#d")
};

/// Draws the masks of a dropout layer, `extent.bytes()`: bit e % 8 of byte e / 8 of a slot is 1
/// where element e is kept. The masks are those defined in nets/engine.h.
VGGFLOW_API void draw_dropout(std::uint8_t* bits, const DropoutExtent& extent,
                              const DropoutKey& dropout, const Step& step);

/// Zeroes what is dropped of (N, C, H, W) values in any layout, scales the rest by
/// 1 / (1 - probability).
VGGFLOW_API void apply_dropout(float* values, const BlobLayout& layout, const std::uint8_t* bits,
                               double probability);

}  // namespace vggflow::onednn
