#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/error.h"

namespace vggflow {

/// Width and height of a picture, px.
struct Size {
  int width = 0;
  int height = 0;
  friend bool operator==(const Size&, const Size&) = default;
  friend auto operator<=>(const Size&, const Size&) = default;
  [[nodiscard]] int short_side() const { return width < height ? width : height; }
  [[nodiscard]] std::int64_t area() const { return std::int64_t{width} * height; }
};

/// Half-open window [x, x + width) x [y, y + height), px.
struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  friend bool operator==(const Rect&, const Rect&) = default;
  [[nodiscard]] Size size() const { return {width, height}; }
  [[nodiscard]] bool within(Size whole) const {
    return x >= 0 && y >= 0 && width > 0 && height > 0 && x <= whole.width - width &&
           y <= whole.height - height;
  }
};

/// "640x480".
[[nodiscard]] inline std::string to_string(Size size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

/// The longest side that rescaling makes, px: as long as the sides of files get, and short enough
/// that sums of coordinates stay within 32 bits.
inline constexpr int kMostRescaledSide = 1 << 24;

/// The size whose short side is `short_side` (>= 1): the long side becomes
/// round-half-up(long * short_side / short), at least `short_side`. Isotropic rescaling of the
/// paper. Error (data) for a picture so narrow that its long side would exceed kMostRescaledSide.
[[nodiscard]] constexpr Size rescaled_to_short_side(Size size, int short_side) {
  const auto scaled = [&](std::int64_t longer, std::int64_t shorter) {
    const auto rounded = (2 * longer * short_side + shorter) / (2 * shorter);
    if (rounded > kMostRescaledSide) {
      throw Error(Origin::data, "rescaling " + to_string(size) + " to a short side of " +
                                    std::to_string(short_side) + " px makes a side of " +
                                    std::to_string(rounded) + " px; allowed: at most " +
                                    std::to_string(kMostRescaledSide));
    }
    return static_cast<int>(rounded < short_side ? short_side : rounded);
  };
  if (size.width <= size.height) return {short_side, scaled(size.height, size.width)};
  return {scaled(size.width, size.height), short_side};
}

/// Centre crop: offset floor((side - crop) / 2) on each axis.
[[nodiscard]] constexpr Rect centre_window(Size whole, Size crop) {
  return {(whole.width - crop.width) / 2, (whole.height - crop.height) / 2, crop.width,
          crop.height};
}

}  // namespace vggflow
