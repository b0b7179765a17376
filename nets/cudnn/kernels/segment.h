#pragma once

#include <cstdint>

namespace vggflow::cudnn {

/// A learned tensor's place in the arena of them all. Bounds are multiples of 8; a list of segments
/// is sorted, none overlaps another.
struct Segment {
  std::int64_t begin = 0;     ///< element
  std::int64_t end = 0;       ///< one past
  float rate_multiplier = 1;  ///< of the learning rate
};

}  // namespace vggflow::cudnn
