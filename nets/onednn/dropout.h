#pragma once

#include <cstdint>

#include "base/export.h"
#include "base/rng.h"
#include "nets/engine.h"

namespace vggflow::onednn {

struct DropoutExtent {
  int slots = 0;
  std::int64_t elements = 0;  ///< of one sample, over (C, H, W)
};
struct DropoutKey {
  double probability = 0.5;
  PhiloxKey key{};  ///< stream_key(seed, "dropout#d")
};

/// Draws the factors of a dropout layer, (N, C * H * W) row-major: 0 for what is dropped,
/// 1 / (1 - probability) for what is kept. The masks are those defined in nets/engine.h.
VGGFLOW_API void draw_dropout(float* factors, const DropoutExtent& extent,
                              const DropoutKey& dropout, const Step& step);

/// values[i] *= factors[i].
void multiply(float* values, const float* factors, std::size_t count);

}  // namespace vggflow::onednn
