#pragma once

#include "base/geometry.h"
#include "base/rng.h"
#include "stages/range.h"

namespace vggflow {

/// How often a part that does not fit is drawn anew, as in torchvision.
inline constexpr int kPartTries = 10;

/// The sides of a random part of a picture: its share of the area uniform, width / height
/// log-uniform, sides rounded half to even. A side may be 0 or exceed the whole's. Draws uniform(),
/// then bits().
[[nodiscard]] Size random_part(Size whole, Range area, Range aspect, Rng& rng);

/// Any place at which the part fits is equally likely. Draws x, then y.
[[nodiscard]] Rect placed_at_random(Size part, Size whole, Rng& rng);

}  // namespace vggflow
