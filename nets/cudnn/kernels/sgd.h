#pragma once

#include <cstdint>

#include "base/cuda/stream.h"
#include "base/export.h"
#include "nets/cudnn/kernels/segment.h"
#include "nets/cudnn/kernels/step.h"

namespace vggflow::cudnn {

/// v <- momentum * v - rate * multiplier * (g + decay * w); w <- w + v; copy <- w, in f32, over the
/// `count` segments of an arena of `elements` (a multiple of 8); what is in none of them stays.
/// *not_finite becomes 1 where one of the new weights is not finite, and is never cleared. `copy`
/// may be null. T, the copy's type: float or cuda::BFloat16.
template <class T>
VGGFLOW_API void sgd_step(float* weights, float* momenta, const float* gradients, T* copy,
                          const Segment* segments, int count, std::int64_t elements,
                          const DeviceRates* rates, int* not_finite, const cuda::Stream& stream);

/// sum[i] += values[i]; `count` is a multiple of 8.
VGGFLOW_API void add(float* sum, const float* values, std::int64_t count,
                     const cuda::Stream& stream);

/// to[i] = T(from[i]), to nearest; `count` is a multiple of 8. T: float or cuda::BFloat16.
template <class T>
VGGFLOW_API void convert(const float* from, T* to, std::int64_t count, const cuda::Stream& stream);

}  // namespace vggflow::cudnn
