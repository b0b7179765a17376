#include "nets/onednn/sgd.h"

#include <cmath>

namespace vggflow::onednn {
namespace {

// Below that, a bias say, waking the other threads takes longer than the loop.
constexpr std::size_t kWorthThreads = 16384;

}  // namespace

bool sgd_step(float* __restrict weights, float* __restrict momenta,
              const float* __restrict gradients, std::size_t count, const Rates& rates) {
  const auto rate = static_cast<float>(rates.rate);
  const auto momentum = static_cast<float>(rates.momentum);
  const auto decay = static_cast<float>(rates.decay);
  float zero = 0;  // zero times what is finite, and not a number once anything is not
#pragma omp parallel for simd schedule(static) reduction(+ : zero) \
    if (parallel : count >= kWorthThreads)
  for (std::size_t i = 0; i < count; ++i) {
    const float velocity = momentum * momenta[i] - rate * (gradients[i] + decay * weights[i]);
    momenta[i] = velocity;
    weights[i] += velocity;
    zero += 0.0F * weights[i];
  }
  return std::isfinite(zero);
}

void add(float* __restrict sum, const float* __restrict values, std::size_t count) {
#pragma omp parallel for simd schedule(static) if (parallel : count >= kWorthThreads)
  for (std::size_t i = 0; i < count; ++i) sum[i] += values[i];
}

}  // namespace vggflow::onednn
