#pragma once

#include <cstddef>
#include <vector>

#include "base/export.h"
#include "base/image.h"

namespace vggflow {

/// A PNG of the pixels, 8 bits a channel, RGB, without time stamps: equal pixels give equal bytes.
/// Error (data) for a size that a PNG cannot have.
[[nodiscard]] VGGFLOW_API std::vector<std::byte> encode_png(ConstImageView pixels);

}  // namespace vggflow
