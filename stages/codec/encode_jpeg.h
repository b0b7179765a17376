#pragma once

#include <cstddef>
#include <vector>

#include "base/export.h"
#include "base/image.h"

namespace vggflow {

/// A baseline JPEG of the pixels, quality 1 ... 100, 4:2:0 or (`full_chroma`) 4:4:4, accurate DCT.
[[nodiscard]] VGGFLOW_API std::vector<std::byte> encode_jpeg(ConstImageView pixels, int quality,
                                                             bool full_chroma = false);

}  // namespace vggflow
