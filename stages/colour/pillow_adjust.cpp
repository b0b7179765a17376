#include "stages/colour/pillow_adjust.h"

#include <algorithm>
#include <array>

namespace vggflow {
namespace {

/// ITU-R BT.601 luma in 16-bit fixed point, rounded half up.
int grey(const std::uint8_t* rgb) {
  return (rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 0x8000) >> 16;
}

/// In f32 and cut, not rounded, to a whole level: what Pillow's Image.blend does.
std::uint8_t blend(int from, int to, float factor) {
  const float level = static_cast<float>(from) + factor * static_cast<float>(to - from);
  return static_cast<std::uint8_t>(std::clamp(level, 0.0F, 255.0F));
}

/// Blends every level with the same one.
void blend_with(int from, ImageView image, float factor) {
  std::array<std::uint8_t, 256> blended{};
  for (int level = 0; level < 256; ++level) {
    blended[static_cast<std::size_t>(level)] = blend(from, level, factor);
  }
  for (int y = 0; y < image.size.height; ++y) {
    std::uint8_t* row = image.row(y);
    for (int i = 0; i < image.size.width * kChannels; ++i) row[i] = blended[row[i]];
  }
}

int mean_grey(ConstImageView image) {
  std::int64_t sum = 0;
  for (int y = 0; y < image.size.height; ++y) {
    const std::uint8_t* pixel = image.row(y);
    for (int x = 0; x < image.size.width; ++x, pixel += kChannels) sum += grey(pixel);
  }
  return static_cast<int>(static_cast<double>(sum) / static_cast<double>(image.size.area()) + 0.5);
}

}  // namespace

void adjust_brightness(ImageView image, double factor) {
  blend_with(0, image, static_cast<float>(factor));
}

void adjust_contrast(ImageView image, double factor) {
  blend_with(mean_grey(image), image, static_cast<float>(factor));
}

void adjust_saturation(ImageView image, double factor) {
  const auto share = static_cast<float>(factor);
  for (int y = 0; y < image.size.height; ++y) {
    std::uint8_t* pixel = image.row(y);
    for (int x = 0; x < image.size.width; ++x, pixel += kChannels) {
      const int from = grey(pixel);
      for (int c = 0; c < kChannels; ++c) pixel[c] = blend(from, pixel[c], share);
    }
  }
}

}  // namespace vggflow
