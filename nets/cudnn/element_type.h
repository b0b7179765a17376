#pragma once

#include "base/cuda/bfloat16.h"
#include "nets/engine.h"

namespace vggflow::cudnn {

/// Calls visit(T{}) with the type in which `precision` stores activations.
template <class Visit>
void with_element_type(Precision precision, Visit visit) {
  if (precision == Precision::bf16) return visit(cuda::BFloat16{});
  visit(float{});
}

}  // namespace vggflow::cudnn
