#pragma once

#include <array>
#include <cmath>

namespace vggflow {

/// Affine map on RGB: out[c] = m[c][0] r + m[c][1] g + m[c][2] b + m[c][3]; 3x4, row-major, f32.
/// It is kept pending per sample and applied where the batch becomes the engine's input.
struct ColourAffine {
  std::array<float, 12> m{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};

  /// The map "first this, then `next`".
  [[nodiscard]] ColourAffine then(const ColourAffine& next) const {
    ColourAffine out;
    for (int c = 0; c < 3; ++c) {
      for (int k = 0; k < 4; ++k) {
        float sum = k == 3 ? next.m[c * 4 + 3] : 0.0F;
        for (int j = 0; j < 3; ++j) sum = std::fmaf(next.m[c * 4 + j], m[j * 4 + k], sum);
        out.m[c * 4 + k] = sum;
      }
    }
    return out;
  }

  /// One channel of one pixel; this order of `fmaf` is the definition that every device keeps.
  [[nodiscard]] float channel(int c, float r, float g, float b) const {
    return std::fmaf(m[c * 4], r,
                     std::fmaf(m[c * 4 + 1], g, std::fmaf(m[c * 4 + 2], b, m[c * 4 + 3])));
  }

  friend bool operator==(const ColourAffine&, const ColourAffine&) = default;
};

}  // namespace vggflow
