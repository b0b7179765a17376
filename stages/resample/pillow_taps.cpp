#include "stages/resample/pillow_taps.h"

#include <algorithm>

#include "base/image.h"

namespace vggflow {
namespace {

// Weights are fixed-point numbers: 32 bits less 8 of the pixel and 2 of headroom, as in Pillow.
constexpr int kPrecisionBits = 32 - 8 - 2;
constexpr int kLowBits = 12;
constexpr int kLanes = 16;      // of a step of the kernel
constexpr int kStepTaps = 4;    // of a step
constexpr int kLoadBytes = 16;  // a step reads these and uses 12

/// The filter over one output, in input coordinates.
struct Place {
  double scale;    // input pixels per output pixel
  double stretch;  // of the filter: the scale, but at least one pixel
  double reach;    // half the filter's base
  int in;

  Place(const PillowFilter& filter, int in_length, int out_length)
      : scale(static_cast<double>(in_length) / out_length),
        stretch(std::max(scale, 1.0)),
        reach(filter.support * stretch),
        in(in_length) {}
  [[nodiscard]] double centre(int out_index) const { return (out_index + 0.5) * scale; }
  [[nodiscard]] int first(int out_index) const {
    return std::max(0, static_cast<int>(centre(out_index) - reach + 0.5));
  }
  [[nodiscard]] int end(int out_index) const {
    return std::min(in, static_cast<int>(centre(out_index) + reach + 0.5));
  }
};

std::int32_t fixed(double share) {
  const double scaled = share * (1 << kPrecisionBits);
  return static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

}  // namespace

void PillowTaps::build(const PillowFilter& filter, int in, int out, int start, int count) {
  const Place place(filter, in, out);
  const double inverse = 1.0 / place.stretch;
  taps_.clear();
  weights_.clear();
  for (int i = start; i < start + count; ++i) {
    const int first = place.first(i);
    const int inputs = place.end(i) - first;
    shares_.clear();
    double sum = 0;
    for (int k = 0; k < inputs; ++k) {
      shares_.push_back(filter.at((k + first - place.centre(i) + 0.5) * inverse));
      sum += shares_.back();
    }
    taps_.push_back({first, inputs, weights_.size()});
    for (const double share : shares_) {
      weights_.push_back(fixed(sum != 0.0 ? share / sum : share));
    }
  }
}

int PillowTaps::most_taps() const {
  return std::ranges::max_element(taps_, {}, [](const Tap& tap) { return tap.count; })->count;
}

PillowTaps::Span PillowTaps::support(const PillowFilter& filter, int in, int out, int start,
                                     int count) {
  const Place place(filter, in, out);
  const int first = place.first(start);
  return {first, place.end(start + count - 1) - first};
}

void PillowColumns::build(const PillowTaps& taps, int in_x, int in_width, bool mirrored) {
  const int count = taps.size();
  const auto outputs = static_cast<std::size_t>(count);
  taps_ = taps.most_taps();
  steps_ = (taps_ + kStepTaps - 1) / kStepTaps;
  offset_.resize(outputs);
  weight_.assign(outputs * taps_, 0);
  low_.assign(outputs * steps_ * kLanes, 0);
  high_.assign(outputs * steps_ * kLanes, 0);
  const int last_wide = (in_width - kStepTaps * (steps_ - 1)) * kChannels - kLoadBytes;
  wide_ = {count, 0};
  for (int i = 0; i < count; ++i) {
    add(taps, mirrored ? count - 1 - i : i, i, in_x);
    if (offset_[static_cast<std::size_t>(i)] > last_wide) continue;
    wide_ = {std::min(wide_.begin, i), i + 1};
  }
  if (wide_.end == 0) wide_ = {count, count};
}

void PillowColumns::add(const PillowTaps& taps, int from, int to, int in_x) {
  const PillowTaps::Tap& tap = taps[from];
  offset_[static_cast<std::size_t>(to)] = (tap.first - in_x) * kChannels;
  std::copy_n(taps.weights(tap), tap.count, weight_.begin() + std::ptrdiff_t{taps_} * to);
  for (int k = 0; k < tap.count; ++k) {
    const std::int32_t weight = taps.weights(tap)[k];
    // Taps 0 and 1 of a step in lanes 0 to 5, one beside the other for each channel; 2 and 3 in
    // lanes 8 to 13.
    const int lane = k / kStepTaps * kLanes + k % kStepTaps / 2 * 8 + k % 2;
    const auto first = static_cast<std::size_t>(steps_ * kLanes * to + lane);
    for (std::size_t c = 0; c < kChannels; ++c) {
      low_[first + 2 * c] = static_cast<std::int16_t>(weight & ((1 << kLowBits) - 1));
      high_[first + 2 * c] = static_cast<std::int16_t>(weight >> kLowBits);
    }
  }
}

FilterColumns PillowColumns::view() const {
  return {
      offset_.data(), low_.data(), high_.data(), weight_.data(), static_cast<int>(offset_.size()),
      taps_,          steps_,      wide_};
}

}  // namespace vggflow
