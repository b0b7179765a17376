#pragma once

#include <cstddef>

#include "nets/engine.h"

namespace vggflow::onednn {

/// v <- momentum * v - rate * (g + decay * w); w <- w + v, over `count` floats, in f32.
/// False where one of the new weights is not finite.
[[nodiscard]] bool sgd_step(float* weights, float* momenta, const float* gradients,
                            std::size_t count, const Rates& rates);

/// sum[i] += values[i].
void add(float* sum, const float* values, std::size_t count);

}  // namespace vggflow::onednn
