#include "stages/dataset/whole_picture.h"

#include <memory>
#include <utility>

#include "stages/codec/open_image.h"

namespace vggflow {
namespace {

Rect whole(Size size) { return {0, 0, size.width, size.height}; }

}  // namespace

Image decode_whole(std::span<const std::byte> encoded) {
  const std::shared_ptr<ImageSource> source = open_image(encoded);
  Image picture(source->size());
  source->read(whole(source->size()), picture.view());
  return picture;
}

Image shrunk_to_short_side(Image picture, int short_side, const Resampler& profile) {
  const Size from = picture.size();
  if (from.short_side() <= short_side) return picture;
  const Size to = rescaled_to_short_side(from, short_side);
  Image shrunk(to);
  profile.resample(std::as_const(picture).view(), whole(from), {.in = from, .out = to},
                   shrunk.view());
  return shrunk;
}

}  // namespace vggflow
