#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/rng.h"
#include "nets/cudnn/kernels/map_place.h"
#include "nets/cudnn/kernels/pack.h"
#include "nets/cudnn/kernels/relu_body.h"
#include "nets/cudnn/kernels/step.h"

namespace vggflow::cudnn {

/// A dropout layer in the numbers that its masks are drawn with.
struct DropoutRule {
  PhiloxKey key{};
  std::uint64_t least_kept = 0;  ///< a word drawn below it drops
  float scale = 1;               ///< of what is kept
};

inline DropoutRule dropout_rule(const PhiloxKey& key, double probability) {
  return {key, static_cast<std::uint64_t>(std::ceil(probability * 0x1p32)),
          static_cast<float>(1.0 / (1.0 - probability))};
}

/// The mask of one sample, as nets/engine.h defines it. Four elements share one draw: it is made
/// anew only where the next element asked for is not among the four of the last.
class SampleMask {
 public:
  VGGFLOW_HOST_DEVICE SampleMask(const DropoutRule& rule, const DeviceStep& step, std::int64_t slot)
      : rule_(rule),
        iteration_(static_cast<std::uint32_t>(step.iteration)),
        position_(step.first_position + static_cast<std::uint64_t>(slot)) {}

  VGGFLOW_HOST_DEVICE bool keeps(std::int64_t element) {
    if (element >> 2 != drawn_) {
      drawn_ = element >> 2;
      words_ = philox(
          {static_cast<std::uint32_t>(drawn_), iteration_, static_cast<std::uint32_t>(position_),
           static_cast<std::uint32_t>(position_ >> 32)},
          rule_.key);
    }
    // No index that is not known beforehand: it would put the words into memory.
    const auto low = (element & 1) == 0 ? words_[0] : words_[1];
    const auto high = (element & 1) == 0 ? words_[2] : words_[3];
    return ((element & 2) == 0 ? low : high) >= rule_.least_kept;
  }

 private:
  const DropoutRule& rule_;
  std::uint32_t iteration_;
  std::uint64_t position_;
  std::int64_t drawn_ = -1;
  PhiloxCounter words_{};
};

/// Pixels in a row that one call of drop_group() deals with: their elements are neighbours, so that
/// a draw serves all four.
inline constexpr int kGroupPixels = 4;

template <class T>
VGGFLOW_HOST_DEVICE std::int64_t dropout_groups(const MapShape& shape) {
  const std::int64_t pixels = std::int64_t{shape.height} * shape.width;
  return shape.slots * ((pixels + kGroupPixels - 1) / kGroupPixels) * (shape.channels / kLanes<T>);
}

/// Drops of the values of group `index`, one pack of each of its pixels; channels from `channels`
/// on become zeros.
template <class T>
VGGFLOW_HOST_DEVICE void drop_group(T* values, const MapShape& shape, int channels,
                                    const DropoutRule& rule, const DeviceStep& step,
                                    std::int64_t index) {
  const std::int64_t area = std::int64_t{shape.height} * shape.width;
  const std::int64_t groups = (area + kGroupPixels - 1) / kGroupPixels;
  const int packs = shape.channels / kLanes<T>;
  const std::int64_t slot = index / packs / groups;
  const std::int64_t first = index / packs % groups * kGroupPixels;
  const int channel = static_cast<int>(index % packs) * kLanes<T>;
  T* const at = values + (slot * area + first) * shape.channels + channel;
  Lanes<T> lanes[kGroupPixels];
  for (int p = 0; p < kGroupPixels; ++p) {
    if (first + p < area) lanes[p] = unpack<T>(load(at + std::int64_t{p} * shape.channels));
  }
  SampleMask mask(rule, step, slot);
  for (int i = 0; i < kLanes<T>; ++i) {
    for (int p = 0; p < kGroupPixels; ++p) {
      const bool kept = channel + i < channels && first + p < area &&
                        mask.keeps((channel + i) * area + first + p);
      lanes[p].values[i] = kept ? lanes[p].values[i] * rule.scale : 0;
    }
  }
  for (int p = 0; p < kGroupPixels; ++p) {
    if (first + p < area) store(at + std::int64_t{p} * shape.channels, pack<T>(lanes[p]));
  }
}

/// The gradient before a ReLU and the dropout behind it, from that after both and their output.
template <class T>
VGGFLOW_HOST_DEVICE Pack scale_where_above_zero(const Pack& output, const Pack& gradient,
                                                float scale) {
  Lanes<T> lanes = unpack<T>(gradient);
  for (float& value : lanes.values) value *= scale;
  return keep<T>(pack<T>(lanes), above_zero<T>(output));
}

}  // namespace vggflow::cudnn
