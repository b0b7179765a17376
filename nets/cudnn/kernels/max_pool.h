#pragma once

#include <cstdint>

#include "base/cuda/stream.h"
#include "base/export.h"
#include "nets/cudnn/kernels/step.h"

namespace vggflow::cudnn {

/// The widest window whose places fit into a byte each.
inline constexpr int kMostPooledWindow = 16;

/// Max-pooling, stride = window, borders dropped: `source` to (N, H / window, W / window, C). What
/// is not a number is larger than any number. Unless `places` is null it receives, one byte for
/// each element of `out`, which of its window's elements that was, row by row: the first that is
/// largest; Error (engine) if the window is wider than kMostPooledWindow. T: float or
/// cuda::BFloat16.
template <class T>
VGGFLOW_API void max_pool(const MapShape& source, int window, const T* in, T* out,
                          std::uint8_t* places, const cuda::Stream& stream);

/// Writes all of `source_gradient`, zeros where nothing was taken from. With `mask_relu`, gradients
/// of elements of `pooled` that are not above zero are zero: the gradient of a ReLU before the
/// pool. Without it `pooled` is not read and may be null.
template <class T>
VGGFLOW_API void max_pool_gradient(const MapShape& source, int window, const T* pooled,
                                   const std::uint8_t* places, const T* gradient, bool mask_relu,
                                   T* source_gradient, const cuda::Stream& stream);

}  // namespace vggflow::cudnn
