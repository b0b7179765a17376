#include "stages/codec/pillow_rgb.h"

#include <algorithm>
#include <cstring>

namespace vggflow {
namespace {

/// a * b / 255, rounded; 0 ... 255 each.
int scaled(int a, int b) {
  const int product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

}  // namespace

void pillow_rgb_of_inverted_cmyk(const std::uint8_t* in, int count, std::uint8_t* out) {
  for (int i = 0; i < count; ++i, in += 4, out += 3) {
    const int light = in[3];  // what black ink leaves
    for (int c = 0; c < 3; ++c) {
      out[c] = static_cast<std::uint8_t>(light - scaled(255 - in[c], light));
    }
  }
}

void pillow_rgb_of_grey16(const std::uint8_t* in, int count, std::uint8_t* out) {
  for (int i = 0; i < count; ++i, out += 3) {
    std::uint16_t level = 0;
    std::memcpy(&level, in + std::size_t{2} * i, sizeof level);
    std::fill_n(out, 3, static_cast<std::uint8_t>(std::min<int>(level, 255)));
  }
}

}  // namespace vggflow
