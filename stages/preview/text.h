#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/image.h"

namespace vggflow {

using Rgb = std::array<std::uint8_t, 3>;

inline constexpr int kTextHeight = 12;  ///< of a line at scale 1, px

/// Text in a small font that needs no file. One line; what is not printable ASCII shows as '?'.
/// `scale`: a pixel of the font is scale x scale pixels.
[[nodiscard]] int text_width(std::string_view text, int scale);

/// Writes into `image` with the line's upper left corner at (x, y); what does not fit is cut off.
void draw_text(ImageView image, int x, int y, std::string_view text, int scale, Rgb colour);

/// The text, or its beginning and end with ".." between, at most `width` px wide.
[[nodiscard]] std::string shortened(std::string_view text, int width, int scale);

/// Fills a rectangle; what does not fit is cut off.
void fill(ImageView image, Rect rect, Rgb colour);

}  // namespace vggflow
