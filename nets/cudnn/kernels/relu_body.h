#pragma once

#include "nets/cudnn/kernels/pack.h"

namespace vggflow::cudnn {

/// The lanes that a ReLU lets gradients through.
template <class T>
VGGFLOW_HOST_DEVICE Kept<T> above_zero(const Pack& output) {
  const Lanes<T> values = unpack<T>(output);
  Kept<T> kept;
  for (int i = 0; i < kLanes<T>; ++i) kept.lanes[i] = values.values[i] > 0;
  return kept;
}

template <class T>
VGGFLOW_HOST_DEVICE Pack relu_of(const Pack& in) {
  const Lanes<T> values = unpack<T>(in);
  Kept<T> kept;
  for (int i = 0; i < kLanes<T>; ++i) kept.lanes[i] = !(values.values[i] <= 0);
  return keep<T>(in, kept);
}

template <class T>
VGGFLOW_HOST_DEVICE Pack mask_relu_of(const Pack& output, const Pack& gradient) {
  return keep<T>(gradient, above_zero<T>(output));
}

}  // namespace vggflow::cudnn
