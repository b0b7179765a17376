#pragma once

#include <array>
#include <cstdint>

#include "base/image.h"
#include "base/params.h"

namespace vggflow {

using Colour = std::array<std::uint8_t, kChannels>;  // R, G, B

/// Reads "[R, G, B]", whole numbers from 0 to 255.
[[nodiscard]] Colour read_colour(Params& params, std::string_view key,
                                 std::string_view fallback = {});

void fill(ImageView image, const Colour& colour);

}  // namespace vggflow
