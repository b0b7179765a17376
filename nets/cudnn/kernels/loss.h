#pragma once

#include <cstdint>

#include "base/cuda/stream.h"
#include "base/export.h"
#include "nets/cudnn/kernels/step.h"

namespace vggflow::cudnn {

/// Softmax and multinomial logistic loss of each slot, weighted; errors. `logits` and `gradient`
/// are (N, stride), row-major, `stride` a multiple of 8; the gradient's padding becomes zeros.
/// `labels`, `weights` and `of_slots` are (N). A slot of weight 0 has neither loss nor gradient.
/// T: float or cuda::BFloat16.
template <class T>
VGGFLOW_API void softmax_loss(const float* logits, int slots, int classes, int stride,
                              const DeviceStep* step, const std::int32_t* labels,
                              const float* weights, T* gradient, DeviceSums* of_slots,
                              const cuda::Stream& stream);

/// sums += those of all slots, which are added up in their order.
VGGFLOW_API void sum_slots(const DeviceSums* of_slots, int slots, DeviceSums* sums,
                           const cuda::Stream& stream);

}  // namespace vggflow::cudnn
