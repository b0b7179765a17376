#include "stages/extents.h"

#include "base/error.h"

namespace vggflow {

Extent rescaled_extent(Extent in, int least_side, int most_side) {
  if (in.fixed && least_side == most_side) {
    return Extent::of(rescaled_to_short_side(*in.fixed, least_side));
  }
  return {.fixed = {}, .least_side = least_side};
}

Extent cropped_extent(Extent in, int crop) {
  // Nothing is known of files: each will be judged by its own size.
  if (in.least_side && *in.least_side < crop) {
    throw Error(Origin::spec, "a crop of " + std::to_string(crop) +
                                  " px does not fit pictures whose short side may be " +
                                  std::to_string(*in.least_side) +
                                  " px; allowed: a crop of at most that, or a larger rescale");
  }
  return Extent::of({crop, crop});
}

void require_room_for_crop(Size picture, int crop) {
  if (picture.short_side() >= crop) return;
  throw Error(Origin::data, "the picture of " + to_string(picture) +
                                " px is smaller than the crop of " + std::to_string(crop) + " px");
}

}  // namespace vggflow
