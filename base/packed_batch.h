#pragma once

#include <cstddef>

#include "base/batch.h"
#include "base/export.h"

namespace vggflow {

/// All that an engine reads of a batch, in one block of memory that one copy carries to a device:
/// bytes from the block's start to each part, all aligned to 256 bytes.
struct PackedBatch {
  std::size_t pixels = 0;   ///< u8 RGB; with Batch::cuts only the pixels held, without gaps
  std::size_t cuts = 0;     ///< (N) Cut, of these pixels
  std::size_t colour = 0;   ///< (N, 12) f32
  std::size_t labels = 0;   ///< (N) i32
  std::size_t weights = 0;  ///< (N) f32
  std::size_t bytes = 0;    ///< of the whole block
};

[[nodiscard]] VGGFLOW_API PackedBatch packed(const Batch& batch);
/// Writes the block; `where` is packed(batch).
VGGFLOW_API void pack(const Batch& batch, const PackedBatch& where, std::byte* block);

}  // namespace vggflow
