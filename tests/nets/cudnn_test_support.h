#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/cuda/bfloat16.h"
#include "base/rng.h"
#include "nets/cudnn/kernels/pack.h"
#include "nets/cudnn/kernels/step.h"
#include "nets/reference/layers.h"

namespace vggflow::cudnn {

using cuda::BFloat16;

inline std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }
inline std::uint32_t bits(BFloat16 value) { return value.bits; }

inline float widened(float value) { return value; }
inline float widened(BFloat16 value) { return static_cast<float>(value); }

/// What memory holds before anything is written: not a number, and no result of arithmetic.
template <class T>
T poison() {
  return T(std::bit_cast<float>(0x7FA50000U));
}
template <class T>
std::vector<T> poisoned(std::int64_t count) {
  return std::vector<T>(static_cast<std::size_t>(count), poison<T>());
}

template <class T>
std::vector<T> rounded(const std::vector<float>& values) {
  std::vector<T> out;
  for (const float v : values) out.push_back(T(v));
  return out;
}

inline std::vector<float> normal_values(std::int64_t count, std::uint64_t seed) {
  Rng rng(seed, "values", 0, 0);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& v : values) v = static_cast<float>(rng.normal());
  return values;
}

/// Few different ones, some zero, some below: ties, and what a ReLU holds back.
inline std::vector<float> few_values(std::int64_t count, std::uint64_t seed) {
  Rng rng(seed, "few values", 0, 0);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& v : values) v = static_cast<float>(rng.below(5)) - 1;
  return values;
}

/// The values over and over: long maps in little time.
inline std::vector<float> repeated(const std::vector<float>& values, std::int64_t count) {
  std::vector<float> out(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = values[i % values.size()];
  return out;
}

/// Zeroes the channels from `channels` on, as a map's padding is.
template <class T>
void zero_padding(std::vector<T>& map, const MapShape& shape, int channels) {
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (static_cast<int>(i % static_cast<std::size_t>(shape.channels)) >= channels) map[i] = T(0);
  }
}

template <class T>
void expect_same_bits(const std::vector<T>& got, const std::vector<T>& wanted,
                      const std::string& what = {}) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(bits(got[i]), bits(wanted[i]))
        << what << "[" << i << "]: " << widened(got[i]) << ", not " << widened(wanted[i]);
  }
}

/// The first `channels` of one slot of a map.
template <class T>
reference::Map slot_of(const std::vector<T>& map, const MapShape& shape, int channels, int slot) {
  reference::Map out({channels, shape.height, shape.width});
  for (int c = 0; c < channels; ++c) {
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) {
        const std::int64_t pixel = (std::int64_t{slot} * shape.height + y) * shape.width + x;
        out.at(c, y, x) = widened(map[static_cast<std::size_t>(pixel * shape.channels + c)]);
      }
    }
  }
  return out;
}

/// run(i), for i from 0 to count - 1, writes what no other does, and together they write all.
template <class T, class Run>
void expect_each_written_once(std::vector<T>& out, std::int64_t count, Run run) {
  std::vector<int> written(out.size());
  for (std::int64_t i = 0; i < count; ++i) {
    out.assign(out.size(), poison<T>());
    run(i);
    for (std::size_t e = 0; e < out.size(); ++e) {
      written[e] += bits(out[e]) == bits(poison<T>()) ? 0 : 1;
    }
  }
  for (std::size_t e = 0; e < out.size(); ++e) ASSERT_EQ(written[e], 1) << "element " << e;
}

using ElementTypes = testing::Types<float, BFloat16>;

}  // namespace vggflow::cudnn
