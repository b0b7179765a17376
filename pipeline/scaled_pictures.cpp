#include "pipeline/scaled_pictures.h"

#include <algorithm>

namespace vggflow {
namespace {

Rect around(const Rect& a, const Rect& b) {
  const int x = std::min(a.x, b.x);
  const int y = std::min(a.y, b.y);
  return {x, y, std::max(a.x + a.width, b.x + b.width) - x,
          std::max(a.y + a.height, b.y + b.height) - y};
}

}  // namespace

void ScaledPictures::expect(const View& view) {
  const Rect window = view.window(rescaled(view));
  const auto known = std::ranges::find(scales_, view.short_side, &Scale::short_side);
  if (known == scales_.end()) {
    scales_.push_back({view.short_side, 1, window, {}});
    return;
  }
  ++known->views;
  known->shown = around(known->shown, window);
}

void ScaledPictures::render() {
  if (scales_.size() > 1) picture_.keep_decoded();
  for (Scale& scale : scales_) {
    if (scale.views == 1) continue;
    scale.picture = picture_;
    scale.picture.rescale(rescaled_to_short_side(picture_.size(), scale.short_side));
    scale.picture.crop(scale.shown);
    scale.picture.settle();
  }
}

Picture ScaledPictures::shown_by(const View& view) const {
  const Scale& scale = *std::ranges::find(scales_, view.short_side, &Scale::short_side);
  if (scale.views == 1) {
    Picture picture = picture_;
    apply(view, picture);
    return picture;
  }
  Rect window = view.window(rescaled(view));
  window.x -= scale.shown.x;
  window.y -= scale.shown.y;
  Picture picture = scale.picture;
  picture.crop(window);
  if (view.mirror) picture.mirror();
  return picture;
}

}  // namespace vggflow
