#pragma once

#include "pipeline/stage.h"

namespace vggflow {

/// A bound on sides that stages are asked for, far above any use; keeps products within 32 bits.
inline constexpr int kMostSide = 16384;

/// What rescaling to a short side between the two makes of pictures.
[[nodiscard]] Extent rescaled_extent(Extent in, int least_side, int most_side);

/// What cutting a square makes of pictures. Error (spec) if pictures are known to be too small.
[[nodiscard]] Extent cropped_extent(Extent in, int crop);

/// Error (data) if a square of that side cannot be cut from the picture.
void require_room_for_crop(Size picture, int crop);

}  // namespace vggflow
