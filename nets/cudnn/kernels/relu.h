#pragma once

#include <cstdint>

#include "base/cuda/stream.h"
#include "base/export.h"

namespace vggflow::cudnn {

/// In place; what is not a number stays none. T: float or cuda::BFloat16, `count` a multiple of 8.
template <class T>
VGGFLOW_API void relu(T* values, std::int64_t count, const cuda::Stream& stream);

/// Zeroes, in place, the gradients of elements whose output is not above zero.
template <class T>
VGGFLOW_API void mask_relu(const T* output, T* gradient, std::int64_t count,
                           const cuda::Stream& stream);

}  // namespace vggflow::cudnn
