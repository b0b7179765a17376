#pragma once

#include "base/cuda/stream.h"
#include "base/export.h"
#include "base/rng.h"
#include "nets/cudnn/kernels/step.h"

namespace vggflow::cudnn {

struct DropoutLayer {
  PhiloxKey key{};  ///< stream_key(seed, "dropout#d")
  double probability = 0.5;
};

/// Zeroes, in place, what the masks defined in nets/engine.h drop and scales the rest by
/// 1 / (1 - probability). `channels` of the shape's are true; the others become zeros. T: float or
/// cuda::BFloat16.
template <class T>
VGGFLOW_API void dropout(T* values, const MapShape& shape, int channels, const DropoutLayer& layer,
                         const DeviceStep* step, const cuda::Stream& stream);

/// The same with a gradient. If `output` is given, that of a ReLU and the dropout behind it, the
/// gradient becomes that before the ReLU: scaled where the output is above zero, else zero. No mask
/// is drawn then, and `step` is not read.
template <class T>
VGGFLOW_API void dropout_gradient(T* gradient, const T* output, const MapShape& shape, int channels,
                                  const DropoutLayer& layer, const DeviceStep* step,
                                  const cuda::Stream& stream);

}  // namespace vggflow::cudnn
