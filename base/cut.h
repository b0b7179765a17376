#pragma once

#include <cstdint>

namespace vggflow {

/// Where the pixels of one slot lie: pixel (y, x) of the slot is pixel
/// `first + y * row + (mirrored ? W - 1 - x : x)` of its batch's. Several slots may cut windows
/// from the same picture.
struct Cut {
  std::int64_t first = 0;     ///< index of a pixel, 3 bytes each
  std::int32_t row = 0;       ///< pixels from one row to the next
  std::int32_t mirrored = 0;  ///< 1: left and right exchanged
  friend bool operator==(const Cut&, const Cut&) = default;
};

}  // namespace vggflow
