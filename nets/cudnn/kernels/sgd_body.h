#pragma once

#include <bit>

#include "nets/cudnn/kernels/pack.h"
#include "nets/cudnn/kernels/segment.h"
#include "nets/cudnn/kernels/step.h"

namespace vggflow::cudnn {

/// The segment that holds `element`, or null. `at` is where to look first, and moves on: calls with
/// rising elements, from 0 on, walk the list once.
VGGFLOW_HOST_DEVICE inline const Segment* segment_of(const Segment* segments, int count,
                                                     std::int64_t element, int& at) {
  while (at < count && segments[at].end <= element) ++at;
  return at < count && segments[at].begin <= element ? segments + at : nullptr;
}

/// What SGD reads of four elements.
struct SgdPacks {
  bool learns = false;  ///< else there is nothing to do
  float rate = 0;
  Pack weights;
  Pack momenta;
  Pack gradients;
};

struct Arena {
  float* weights = nullptr;
  float* momenta = nullptr;
  const float* gradients = nullptr;
  const Segment* segments = nullptr;
  int count = 0;
};

/// The four elements from `element` on; `at` as for segment_of().
VGGFLOW_HOST_DEVICE inline SgdPacks load_sgd(const Arena& arena, std::int64_t element,
                                             const DeviceRates& rates, int& at) {
  const Segment* segment = segment_of(arena.segments, arena.count, element, at);
  if (segment == nullptr) return {};
  return {true, rates.rate * segment->rate_multiplier, load(arena.weights + element),
          load(arena.momenta + element), load(arena.gradients + element)};
}

VGGFLOW_HOST_DEVICE inline bool finite(float value) {
  return (std::bit_cast<std::uint32_t>(value) & 0x7F800000U) != 0x7F800000U;
}

/// Makes the step of the four and stores it; false where a new weight is not finite. `copy` may be
/// null.
template <class T>
VGGFLOW_HOST_DEVICE bool make_sgd_step(const SgdPacks& packs, const DeviceRates& rates,
                                       const Arena& arena, T* copy, std::int64_t element) {
  if (!packs.learns) return true;
  Lanes<float> weights = unpack<float>(packs.weights);
  Lanes<float> momenta = unpack<float>(packs.momenta);
  const Lanes<float> gradients = unpack<float>(packs.gradients);
  bool all_finite = true;
  for (int i = 0; i < 4; ++i) {
    momenta.values[i] = rates.momentum * momenta.values[i] -
                        packs.rate * (gradients.values[i] + rates.decay * weights.values[i]);
    weights.values[i] += momenta.values[i];
    all_finite = all_finite && finite(weights.values[i]);
  }
  store(arena.momenta + element, pack<float>(momenta));
  store(arena.weights + element, pack<float>(weights));
  if (copy != nullptr) store_four(copy + element, weights);
  return all_finite;
}

VGGFLOW_HOST_DEVICE inline Pack sum_of(const Pack& a, const Pack& b) {
  Lanes<float> sum = unpack<float>(a);
  const Lanes<float> other = unpack<float>(b);
  for (int i = 0; i < 4; ++i) sum.values[i] += other.values[i];
  return pack<float>(sum);
}

}  // namespace vggflow::cudnn
