#include "stages/colour_fill.h"

#include <algorithm>

namespace vggflow {

Colour read_colour(Params& params, std::string_view key, std::string_view fallback) {
  const auto levels = params.integers({.key = key, .fallback = fallback, .min = 0, .max = 255}, 3);
  Colour colour{};
  for (std::size_t c = 0; c < colour.size(); ++c) {
    colour[c] = static_cast<std::uint8_t>(levels[c]);
  }
  return colour;
}

void fill(ImageView image, const Colour& colour) {
  for (int y = 0; y < image.size.height; ++y) {
    std::uint8_t* row = image.row(y);
    for (int x = 0; x < image.size.width; ++x, row += kChannels) {
      std::copy_n(colour.data(), kChannels, row);
    }
  }
}

}  // namespace vggflow
