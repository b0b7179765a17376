#include "bench/stages/synthetic_picture.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/rng.h"

namespace vggflow::bench {

Image synthetic_picture(Size size) {
  Image picture(size);
  Rng rng(1, "picture", 0, 0);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double shade = 128 + 70 * std::sin(x * 0.021) * std::cos(y * 0.017);
      const double edges = 30 * std::copysign(1.0, std::sin(x * 0.11 + y * 0.07));
      std::uint8_t* pixel = picture.view().at(x, y);
      for (int c = 0; c < kChannels; ++c) {
        const double noise = 24 * (rng.uniform() - 0.5);
        const double value = shade + edges * std::cos(c + x * 0.005) + noise;
        pixel[c] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
      }
    }
  }
  return picture;
}

bool same_pixels(ConstImageView a, ConstImageView b) {
  if (a.size != b.size) return false;
  const std::size_t row_bytes = static_cast<std::size_t>(a.size.width) * kChannels;
  for (int y = 0; y < a.size.height; ++y) {
    if (std::memcmp(a.row(y), b.row(y), row_bytes) != 0) return false;
  }
  return true;
}

}  // namespace vggflow::bench
