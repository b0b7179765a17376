#include <algorithm>
#include <array>
#include <cstddef>

#include "stages/colour/pillow_adjust.h"

namespace vggflow {
namespace {

/// H and S of Pillow's HSV. They follow the formulas of Python's colorsys in a mixture of f32 and
/// f64 and are cut to u8, so they are tabled: a pixel then costs three look-ups and no division.
class HueTables {
 public:
  HueTables() {
    for (int most = 1; most < 256; ++most) {
      for (int chroma = 0; chroma <= most; ++chroma) {
        const float saturation = static_cast<float>(chroma) / static_cast<float>(most);
        saturation_[index(most)][index(chroma)] = static_cast<std::uint8_t>(saturation * 255.0);
      }
    }
    for (int third = 0; third < 3; ++third) {
      for (int chroma = 1; chroma < 256; ++chroma) {
        for (int lead = -chroma; lead <= chroma; ++lead) {
          hue_[index(third)][place(chroma, lead)] = hue_of(third, chroma, lead);
        }
      }
    }
  }

  /// Which third of the circle the greatest channel stands for; `lead`: how far the channel after
  /// it exceeds the one before it; `chroma`: the greatest less the least. 0 for greys.
  [[nodiscard]] int hue(int third, int chroma, int lead) const {
    return hue_[index(third)][place(chroma, lead)];
  }
  [[nodiscard]] int saturation(int most, int chroma) const {
    return saturation_[index(most)][index(chroma)];
  }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  /// |lead| <= chroma: the places of a chroma follow those of the smaller ones.
  static std::size_t place(int chroma, int lead) { return index(chroma * chroma + chroma + lead); }

  static std::uint8_t hue_of(int third, int chroma, int lead) {
    const auto share = [&](int part) {
      return static_cast<float>(part) / static_cast<float>(chroma);
    };
    const float before = share(std::min(chroma, chroma + lead));  // (greatest - channel) / chroma
    const float after = share(std::min(chroma, chroma - lead));
    const auto sixths = static_cast<float>(2.0 * third + before - after);
    const double turn = sixths / 6.0 + 1.0;
    const auto hue = static_cast<float>(turn < 1 ? turn : turn - 1);
    return static_cast<std::uint8_t>(hue * 255.0);
  }

  std::array<std::array<std::uint8_t, 256 * 256>, 3> hue_{};
  std::array<std::array<std::uint8_t, 256>, 256> saturation_{};
};

struct Hsv {
  int h = 0;
  int s = 0;
  int v = 0;
};

Hsv to_hsv(const std::uint8_t* rgb, const HueTables& tables) {
  const int r = rgb[0];
  const int g = rgb[1];
  const int b = rgb[2];
  const int most = std::max({r, g, b});
  const int chroma = most - std::min({r, g, b});
  const int third = r == most ? 0 : g == most ? 1 : 2;
  const int lead = r == most ? g - b : g == most ? b - r : r - g;
  return {tables.hue(third, chroma, lead), tables.saturation(most, chroma), most};
}

/// Pillow computes with f32 and f64 and rounds; exact fractions give the same for all 2^24 colours.
void to_rgb(Hsv hsv, std::uint8_t* rgb) {
  // Of R, G, B in each sixth of the circle: 0 the greatest, 1 the least, 2 the one between.
  static constexpr std::uint8_t kRanks[6][3] = {{0, 2, 1}, {2, 0, 1}, {1, 0, 2},
                                                {1, 2, 0}, {2, 1, 0}, {0, 1, 2}};
  constexpr int kOne = 255 * 255;
  const int sixth = 6 * hsv.h / 255;
  const int past = 6 * hsv.h % 255;
  const int fading = sixth % 2 == 1 ? past : 255 - past;
  const std::uint8_t levels[3] = {
      static_cast<std::uint8_t>(hsv.v),
      static_cast<std::uint8_t>((2 * hsv.v * (255 - hsv.s) + 255) / (2 * 255)),
      static_cast<std::uint8_t>((2 * hsv.v * (kOne - hsv.s * fading) + kOne) / (2 * kOne))};
  for (int c = 0; c < kChannels; ++c) rgb[c] = levels[kRanks[sixth % 6][c]];
}

}  // namespace

void shift_hue(ImageView image, double turn) {
  static const HueTables kTables;
  const auto shift = static_cast<int>(turn * 255.0);
  for (int y = 0; y < image.size.height; ++y) {
    std::uint8_t* pixel = image.row(y);
    for (int x = 0; x < image.size.width; ++x, pixel += kChannels) {
      Hsv hsv = to_hsv(pixel, kTables);
      hsv.h = (hsv.h + shift) & 255;
      to_rgb(hsv, pixel);
    }
  }
}

}  // namespace vggflow
