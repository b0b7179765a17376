#pragma once

#include "base/cuda/stream.h"
#include "base/export.h"
#include "nets/cudnn/kernels/step.h"
#include "nets/net.h"

namespace vggflow::cudnn {

/// Local response normalisation across the shape's first `channels`, the true ones; the others
/// become zeros. T: float or cuda::BFloat16.
template <class T>
VGGFLOW_API void lrn(const MapShape& shape, int channels, const Lrn& layer, const T* in, T* out,
                     const cuda::Stream& stream);

/// The gradient with respect to `in`, from that with respect to the output; `in_gradient` may be
/// the same memory as `gradient`.
template <class T>
VGGFLOW_API void lrn_gradient(const MapShape& shape, int channels, const Lrn& layer, const T* in,
                              const T* gradient, T* in_gradient, const cuda::Stream& stream);

}  // namespace vggflow::cudnn
