#pragma once

#include <cstddef>
#include <span>

#include "base/export.h"
#include "base/image.h"
#include "pipeline/image_source.h"

namespace vggflow {

/// Decodes every row of an encoded image, so that damage anywhere in it is found. Error (data) as
/// open_image() and ImageSource::read().
[[nodiscard]] VGGFLOW_API Image decode_whole(std::span<const std::byte> encoded);

/// The picture at a short side of `short_side` px; a smaller one stays as it is: never enlarged.
[[nodiscard]] VGGFLOW_API Image shrunk_to_short_side(Image picture, int short_side,
                                                     const Resampler& profile);

}  // namespace vggflow
