#include "pipeline/planner.h"

namespace vggflow {

Size View::rendered_size(Size picture) const {
  if (kind == Kind::centre) return {crop, crop};
  return rescaled_to_short_side(picture, short_side);
}

void apply(const View& view, Picture& picture) {
  picture.rescale(rescaled_to_short_side(picture.size(), view.short_side));
  if (view.kind == View::Kind::centre) {
    picture.crop(centre_window(picture.size(), {view.crop, view.crop}));
  }
  if (view.mirror) picture.mirror();
}

}  // namespace vggflow
