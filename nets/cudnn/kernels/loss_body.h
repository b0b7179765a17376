#pragma once

#include "base/cuda/bfloat16.h"
#include "nets/cudnn/kernels/softmax_body.h"
#include "nets/cudnn/kernels/step.h"

namespace vggflow::cudnn {

/// What is known of a slot before its scores are looked at.
struct LabelledSlot {
  int label = 0;
  double weight = 0;
  double scale = 0;  ///< weight / the step's weight sum
};

VGGFLOW_HOST_DEVICE inline LabelledSlot labelled_slot(std::int32_t label, float weight,
                                                      const DeviceStep& step) {
  return {label, double{weight}, double{weight} / step.weight_sum};
}

/// This thread's classes of the gradient, (stride): padding, and all of a slot of weight 0, is
/// zeros.
template <class T>
VGGFLOW_HOST_DEVICE void write_loss_gradient(const float* logits, int classes, int stride,
                                             const LabelledSlot& slot, double log_sum, int thread,
                                             int step, T* gradient) {
  for (int c = thread; c < stride; c += step) {
    double value = 0;
    if (c < classes && slot.weight != 0) {
      value = slot.scale * (std::exp(logits[c] - log_sum) - (c == slot.label ? 1 : 0));
    }
    gradient[c] = T(static_cast<float>(value));
  }
}

VGGFLOW_HOST_DEVICE inline DeviceSums slot_sums(const float* logits, const LabelledSlot& slot,
                                                double log_sum, int before) {
  return {slot.scale * (log_sum - logits[slot.label]), before >= 1 ? slot.weight : 0,
          before >= 5 ? slot.weight : 0, slot.weight};
}

}  // namespace vggflow::cudnn
