#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/rng.h"
#include "stages/resample/kernels_dispatch.h"
#include "stages/resample/pillow_taps.h"

namespace vggflow {
namespace {

constexpr std::size_t kSlack = 8;

template <class T>
std::vector<T> draws(Rng& rng, std::size_t count, std::int64_t least, std::int64_t most) {
  std::vector<T> values(count);
  for (T& value : values) value = static_cast<T>(rng.between(least, most));
  return values;
}

/// Every form against the first, which has no instructions of its own.
class KernelsTest : public ::testing::Test {
 protected:
  /// `run` gives what a form makes of the same inputs.
  template <class Make>
  void expect_same(Make run) {
    const auto all = runnable_kernels();
    const auto expected = run(*all.front());
    for (const Kernels* kernels : all) EXPECT_EQ(run(*kernels), expected) << kernels->name;
  }
  Rng rng_{1, "kernels", 0, 0};
};

TEST_F(KernelsTest, LinearRow) {
  for (const int count : {1, 2, 3, 7, 8, 33, 224}) {
    const auto in = draws<std::uint8_t>(rng_, static_cast<std::size_t>(count) * 6 + 8, 0, 255);
    std::vector<std::int32_t> offset;
    std::vector<std::int16_t> weight;
    for (int i = 0; i < count; ++i) {
      offset.push_back(3 * static_cast<std::int32_t>(rng_.between(0, 2 * count - 1)));
      const auto right = static_cast<std::int16_t>(rng_.between(0, 2048));
      const auto left = static_cast<std::int16_t>(2048 - right);
      weight.insert(weight.end(), {left, right, left, right, left, right, 0, 0});
    }
    for (const OutputRange wide : {OutputRange{0, count}, OutputRange{count / 3, count},
                                   OutputRange{0, count / 2}, OutputRange{count, count}}) {
      expect_same([&](const Kernels& kernels) {
        std::vector<std::int16_t> out(static_cast<std::size_t>(count) * 3 + kSlack);
        kernels.linear_row(in.data(), {offset.data(), weight.data(), count, wide}, out.data());
        out.resize(static_cast<std::size_t>(count) * 3);
        return out;
      });
    }
  }
}

TEST_F(KernelsTest, LinearBlend) {
  for (const int count : {1, 15, 16, 31, 33, 672}) {
    const auto length = static_cast<std::size_t>(count);
    const auto upper = draws<std::int16_t>(rng_, length, 0, 32640);
    const auto lower = draws<std::int16_t>(rng_, length, 0, 32640);
    for (const int weight : {0, 1, 700, 2048}) {
      expect_same([&](const Kernels& kernels) {
        std::vector<std::uint8_t> out(length);
        kernels.linear_blend(upper.data(), lower.data(), static_cast<std::int16_t>(2048 - weight),
                             static_cast<std::int16_t>(weight), count, out.data());
        return out;
      });
    }
  }
}

/// Weights of 22 bits that add up to about one, some of them negative.
std::vector<std::int32_t> filter_weights(Rng& rng, int taps) {
  auto weights = draws<std::int32_t>(rng, static_cast<std::size_t>(taps), -200'000, 1'000'000);
  std::int64_t sum = 0;
  for (const std::int32_t weight : weights) sum += weight;
  weights.front() += static_cast<std::int32_t>((1 << 22) - sum);
  return weights;
}

TEST_F(KernelsTest, FilterRow) {
  constexpr std::uint8_t kSentinel = 0xA5;
  for (int round = 0; round < 200; ++round) {
    const int in = static_cast<int>(rng_.between(1, 120));
    const int out = static_cast<int>(rng_.between(1, 120));
    const int count = static_cast<int>(rng_.between(1, out));
    const int start = static_cast<int>(rng_.between(0, out - count));
    const PillowFilter triangle{1.0, [](double x) { return std::max(0.0, 1.0 - std::abs(x)); }};
    PillowTaps taps;
    taps.build(triangle, in, out, start, count);
    const auto [first, width] = PillowTaps::support(triangle, in, out, start, count);
    PillowColumns columns;
    columns.build(taps, first, width, round % 2 == 1);
    const auto row = draws<std::uint8_t>(rng_, static_cast<std::size_t>(width) * 3, 0, 255);
    expect_same([&](const Kernels& kernels) {
      std::vector<std::uint8_t> made(static_cast<std::size_t>(count) * 3 + 2 * kSlack, kSentinel);
      kernels.filter_row(row.data(), columns.view(), made.data());
      for (std::size_t i = made.size() - kSlack; i < made.size(); ++i)
        EXPECT_EQ(made[i], kSentinel);
      made.resize(static_cast<std::size_t>(count) * 3);
      return made;
    });
  }
}

TEST_F(KernelsTest, FilterColumn) {
  for (const int length : {1, 31, 32, 33, 672}) {
    for (const int taps : {1, 2, 3, 7}) {
      const auto rows = draws<std::uint8_t>(rng_, static_cast<std::size_t>(length * taps), 0, 255);
      std::vector<const std::uint8_t*> pointers;
      for (int k = 0; k < taps; ++k) pointers.push_back(rows.data() + k * length);
      const auto weights = filter_weights(rng_, taps);
      expect_same([&](const Kernels& kernels) {
        std::vector<std::uint8_t> out(static_cast<std::size_t>(length));
        kernels.filter_column(pointers.data(), weights.data(), taps, length, out.data());
        return out;
      });
    }
  }
}

}  // namespace
}  // namespace vggflow
