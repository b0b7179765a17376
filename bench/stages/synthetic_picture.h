#pragma once

#include <cstdint>

#include "base/image.h"

namespace vggflow::bench {

/// Smooth shades, edges and some noise: as a JPEG of quality 90 about as many bits a pixel as a
/// photograph. A function of the size.
[[nodiscard]] Image synthetic_picture(Size size);

/// Whether two views hold the same pixels.
[[nodiscard]] bool same_pixels(ConstImageView a, ConstImageView b);

}  // namespace vggflow::bench
