#include "stages/preview/text.h"

#include <stb/stb_easy_font.h>

#include <algorithm>
#include <vector>

namespace vggflow {
namespace {

/// What the font has: one character for each code point of UTF-8.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) continue;  // the code point was counted at its first byte
    shown += byte >= 32 && byte < 127 ? c : '?';
  }
  return shown;
}

struct Vertex {
  float x, y, z;
  std::uint8_t colour[4];
};
using Quad = std::array<Vertex, 4>;  // clockwise from the upper left

std::vector<Quad> quads_of(std::string text) {
  constexpr std::size_t kMostQuads = 32;  // of a character; the font's own estimate is 270 bytes
  std::vector<Quad> quads(text.size() * kMostQuads);
  const int count = stb_easy_font_print(0, 0, text.data(), nullptr, quads.data(),
                                        static_cast<int>(quads.size() * sizeof(Quad)));
  quads.resize(static_cast<std::size_t>(count));
  return quads;
}

}  // namespace

int text_width(std::string_view text, int scale) {
  return scale * stb_easy_font_width(printable(text).data());
}

void draw_text(ImageView image, int x, int y, std::string_view text, int scale, Rgb colour) {
  for (const Quad& quad : quads_of(printable(text))) {
    const auto left = static_cast<int>(quad[0].x);
    const auto top = static_cast<int>(quad[0].y);
    fill(image,
         {x + scale * left, y + scale * top, scale * (static_cast<int>(quad[2].x) - left),
          scale * (static_cast<int>(quad[2].y) - top)},
         colour);
  }
}

std::string shortened(std::string_view text, int width, int scale) {
  std::string shown = printable(text);
  if (text_width(shown, scale) <= width) return shown;
  for (std::size_t kept = shown.size(); kept-- > 0;) {
    const std::size_t head = kept / 2;
    std::string tried = shown.substr(0, head) + "..";
    tried += shown.substr(shown.size() - (kept - head));
    if (text_width(tried, scale) <= width) return tried;
  }
  return "";
}

void fill(ImageView image, Rect rect, Rgb colour) {
  const int left = std::max(rect.x, 0);
  const int right = std::min(rect.x + rect.width, image.size.width);
  const int bottom = std::min(rect.y + rect.height, image.size.height);
  for (int y = std::max(rect.y, 0); y < bottom; ++y) {
    for (int x = left; x < right; ++x) std::ranges::copy(colour, image.at(x, y));
  }
}

}  // namespace vggflow
