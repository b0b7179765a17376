// Any bytes as an image: opened, then windows of it at every scale, as stages would want them. A
// window is that of a decode of whole rows, or both fail.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "pipeline/picture.h"
#include "stages/codec/open_image.h"
#include "stages/resample/profile.h"

namespace {

using namespace vggflow;  // NOLINT

/// Larger pictures are left to the tests: they would only slow the search down.
constexpr std::int64_t kMostPixels = 1 << 20;

struct Wanted {
  bool scaled = false;
  Size size;
  Rect window;
};

Wanted draw(Rng& rng, Size whole) {
  Wanted wanted{.scaled = rng.below(2) == 0, .size = whole, .window = {}};
  const auto by = static_cast<int>(rng.between(1, 9));
  wanted.size = {1 + (whole.width - 1) / by, 1 + (whole.height - 1) / by};
  wanted.window.width = static_cast<int>(rng.between(1, wanted.size.width));
  wanted.window.height = static_cast<int>(rng.between(1, wanted.size.height));
  wanted.window.x = static_cast<int>(rng.between(0, wanted.size.width - wanted.window.width));
  wanted.window.y = static_cast<int>(rng.between(0, wanted.size.height - wanted.window.height));
  return wanted;
}

/// Nothing if the picture is damaged where it is wanted.
std::optional<Image> rendered(std::span<const std::byte> encoded, const Wanted& wanted,
                              bool partial) {
  try {
    Picture picture(open_image(encoded), resampling_profile("opencv-linear"),
                    {.partial = partial, .scaled = wanted.scaled});
    picture.rescale(wanted.size);
    picture.crop(wanted.window);
    Image out(picture.size());
    picture.render(out.view());
    return out;
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool same(const Image& a, const Image& b) {
  const ConstImageView left = a.view();
  const ConstImageView right = b.view();
  for (int y = 0; y < left.size.height; ++y) {
    if (!std::equal(left.row(y), left.row(y) + kChannels * left.size.width, right.row(y))) {
      return false;
    }
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto encoded = std::as_bytes(std::span(data, size));
  Size whole;
  try {
    whole = open_image(encoded)->size();
  } catch (const Error&) {
    return 0;
  }
  if (whole.area() > kMostPixels) return 0;
  Rng rng(size, "image_fuzz", 0, static_cast<std::uint64_t>(whole.area()));
  for (int i = 0; i < 2; ++i) {
    const Wanted wanted = draw(rng, whole);
    const auto partial = rendered(encoded, wanted, true);
    const auto full = rendered(encoded, wanted, false);
    if (partial.has_value() != full.has_value()) std::abort();
    if (partial && !same(*partial, *full)) std::abort();
  }
  return 0;
}
