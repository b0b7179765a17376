#pragma once

#include "base/image.h"
#include "base/rng.h"
#include "stages/generated/motif.h"

namespace vggflow {

/// What an image shows; everything else about it is chance.
struct Subject {
  const Motif* shape = nullptr;
  const Motif* texture = nullptr;
};

/// Draws the subject once, at a random place, scale, rotation and pair of colours, on a shaded,
/// cluttered and noisy ground of random colours, antialiased. The object's diameter is 0.45 to 0.9
/// of the short side; it may reach over an edge. A function of the subject, the size and the
/// stream.
[[nodiscard]] Image draw(const Subject& subject, Size size, Rng& rng);

}  // namespace vggflow
