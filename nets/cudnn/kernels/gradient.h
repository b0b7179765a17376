#pragma once

#include <cstdint>

#include "base/cuda/stream.h"
#include "base/export.h"

namespace vggflow::cudnn {

/// to[i] = values[i], or to[i] += values[i] with `add`: a gradient as cuDNN leaves it, into the f32
/// arena. T: float or cuda::BFloat16, `count` a multiple of 8.
template <class T>
VGGFLOW_API void collect(const T* values, float* to, std::int64_t count, bool add,
                         const cuda::Stream& stream);

}  // namespace vggflow::cudnn
