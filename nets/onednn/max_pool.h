#pragma once

#include <cstdint>

#include "base/export.h"
#include "nets/onednn/primitives.h"

namespace vggflow::onednn {

/// Max-pooling of window 2 over channels in blocks, which is bound by memory alone: oneDNN's takes
/// some three times as long as reading and writing what it must. Maps are f32 (N, C / block, H, W,
/// block), a block being a multiple of 8; sizes round down.
struct MaxPoolShape {
  std::int64_t maps = 0;  ///< N * C / block
  std::int64_t rows = 0;  ///< of the source
  std::int64_t columns = 0;
  std::int64_t block = 8;

  [[nodiscard]] std::int64_t pooled_elements() const {
    return maps * (rows / 2) * (columns / 2) * block;
  }
};

/// True where pooling from one layout to the other can be done here; sets `shape`.
[[nodiscard]] VGGFLOW_API bool pools_in_blocks(const BlobLayout& src, const BlobLayout& dst,
                                               int window, MaxPoolShape& shape);

/// Also notes for every pooled element which of its window's four, row by row, it was taken from:
/// the first that is largest. Without `places` nothing is noted.
VGGFLOW_API void max_pool(const float* src, float* dst, std::uint8_t* places,
                          const MaxPoolShape& shape);
/// All of `src_gradient` is written. With `relu_output`, what was pooled, gradients of elements
/// that are not above zero are zero: the gradient of a ReLU before the pool.
VGGFLOW_API void max_pool_backward(const float* dst_gradient, const float* relu_output,
                                   const std::uint8_t* places, float* src_gradient,
                                   const MaxPoolShape& shape);

}  // namespace vggflow::onednn
