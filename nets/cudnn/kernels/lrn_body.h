#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/cuda/host_device.h"
#include "nets/net.h"

namespace vggflow::cudnn {

/// Most (padded) channels: so many f32 of a pixel, three times, fit into a block's shared memory.
inline constexpr int kMostLrnChannels = 4096;

/// An LRN layer in the numbers that it is computed with, f32.
struct LrnRule {
  int channels = 0;  ///< the true ones
  int half = 2;      ///< window: from c - half to c + half
  float k = 2;
  float slope = 0;  ///< alpha / size
  float beta = 0.75F;
};

inline LrnRule lrn_rule(const Lrn& layer, int channels) {
  return {channels, layer.size / 2, static_cast<float>(layer.k),
          static_cast<float>(layer.alpha / layer.size), static_cast<float>(layer.beta)};
}

/// value(c) of all channels within the window around `channel`.
template <class Value>
VGGFLOW_HOST_DEVICE float window_sum(const LrnRule& rule, int channel, Value value) {
  const int first = channel > rule.half ? channel - rule.half : 0;
  const int last = channel + rule.half < rule.channels ? channel + rule.half : rule.channels - 1;
  float sum = 0;
  for (int c = first; c <= last; ++c) sum += value(c);
  return sum;
}

/// k + alpha / size * sum of squares. `in` are the channels of one pixel.
VGGFLOW_HOST_DEVICE inline float lrn_scale(const LrnRule& rule, const float* in, int channel) {
  return rule.k + rule.slope * window_sum(rule, channel, [=](int c) { return in[c] * in[c]; });
}

/// scale ^ -beta
VGGFLOW_HOST_DEVICE inline float lrn_factor(const LrnRule& rule, float scale) {
  return std::exp2(-rule.beta * std::log2(scale));
}

VGGFLOW_HOST_DEVICE inline float lrn_value(const LrnRule& rule, const float* in, int channel) {
  if (channel >= rule.channels) return 0;
  return in[channel] * lrn_factor(rule, lrn_scale(rule, in, channel));
}

/// The two parts of the gradient, with s_c the scale and g_c the gradient of the output:
/// dL/dx_i = g_i s_i^-beta
///           - 2 alpha beta / size * x_i * sum over c near i of g_c x_c s_c^(-beta - 1).
/// The first step makes of g_c what stands before the sum and what is summed.
VGGFLOW_HOST_DEVICE inline void split_lrn_gradient(const LrnRule& rule, const float* in,
                                                   int channel, float& direct,
                                                   float& through_scale) {
  through_scale = 0;
  if (channel >= rule.channels) return;
  const float scale = lrn_scale(rule, in, channel);
  const float gradient = direct;
  direct = gradient * lrn_factor(rule, scale);
  through_scale = direct * in[channel] / scale;
}

VGGFLOW_HOST_DEVICE inline float join_lrn_gradient(const LrnRule& rule, const float* in,
                                                   const float* direct, const float* through_scale,
                                                   int channel) {
  if (channel >= rule.channels) return 0;
  const float sum = window_sum(rule, channel, [=](int c) { return through_scale[c]; });
  return direct[channel] - 2 * rule.beta * rule.slope * in[channel] * sum;
}

}  // namespace vggflow::cudnn
