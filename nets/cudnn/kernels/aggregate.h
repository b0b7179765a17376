#pragma once

#include "base/cuda/stream.h"
#include "base/export.h"
#include "nets/engine.h"

namespace vggflow::cudnn {

/// Class-score maps (N, positions, stride) f32, of which `classes` are true, to posteriors (N,
/// classes) f32.
VGGFLOW_API void aggregate(const float* maps, int slots, int positions, int classes, int stride,
                           Aggregate how, float* posteriors, const cuda::Stream& stream);

}  // namespace vggflow::cudnn
