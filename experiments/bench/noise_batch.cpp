#include "experiments/bench/noise_batch.h"

#include <algorithm>

#include "base/rng.h"

namespace vggflow {
namespace {

ColourAffine normalisation(const Preprocessing& how) {
  ColourAffine map;
  for (std::size_t c = 0; c < kChannels; ++c) {
    map.m[4 * c + c] = static_cast<float>(1 / how.divisor[c]);
    map.m[4 * c + 3] = static_cast<float>(-how.mean[c] / how.divisor[c]);
  }
  return map;
}

}  // namespace

Batch noise_batch(const Spec& spec, const BatchShape& shape) {
  Batch batch;
  batch.reset(shape);
  Rng rng(spec.seed, "noise", 0, 0);
  for (std::uint8_t& level : batch.pixels) level = static_cast<std::uint8_t>(rng.bits());
  const auto labels = static_cast<std::uint32_t>(classes(spec.net));
  for (auto& label : batch.labels) label = static_cast<std::int32_t>(rng.below(labels));
  std::ranges::fill(batch.colour, normalisation(spec.preprocessing));
  std::ranges::fill(batch.weights, 1.0F);
  return batch;
}

}  // namespace vggflow
