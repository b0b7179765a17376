#include "base/rng.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace vggflow {
namespace {

using ::testing::ElementsAre;

// Known answers of the authors' Random123 library (tests/kat_vectors, philox 4x32 10).
TEST(Philox, KnownAnswers) {
  EXPECT_THAT(philox({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U));
  constexpr std::uint32_t kOnes = 0xffffffffU;
  EXPECT_THAT(philox({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
              ElementsAre(0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU));
  EXPECT_THAT(
      philox({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}),
      ElementsAre(0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U));
}

TEST(Fnv1a64, KnownAnswers) {
  EXPECT_EQ(fnv1a64(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(fnv1a64("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(fnv1a64("foobar"), 0x85944171f73967e8ULL);
}

std::vector<std::uint32_t> draw(Rng rng, int count) {
  std::vector<std::uint32_t> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(rng.bits());
  return numbers;
}

TEST(Rng, EveryPartOfTheKeyMatters) {
  std::set<std::vector<std::uint32_t>> streams;
  for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32}) {
    for (const std::string stream : {"flip", "flip#1", ""}) {
      for (const std::uint32_t epoch : {0U, 1U}) {
        for (const std::uint64_t item : {0ULL, 1ULL, 1ULL << 32}) {
          streams.insert(draw(Rng(seed, stream, epoch, item), 4));
        }
      }
    }
  }
  EXPECT_EQ(streams.size(), 3U * 3 * 2 * 3);
}

TEST(Rng, ACopyGoesOnFromTheSamePlace) {
  Rng rng(1, "copy", 2, 3);
  for (int i = 0; i < 5; ++i) static_cast<void>(rng.bits());
  EXPECT_EQ(draw(rng, 9), draw(rng, 9));
}

TEST(Rng, BelowStaysBelowAndIsEven) {
  Rng rng(1, "below", 0, 0);
  for (const std::uint32_t n : {1U, 2U, 3U, 7U, 0x80000001U, 0xffffffffU}) {
    for (int i = 0; i < 1000; ++i) ASSERT_LT(rng.below(n), n);
  }
  // At 3 * 2^30 a plain modulus would give the lower third twice the share of the others.
  std::vector<int> thirds(3);
  for (int i = 0; i < 30000; ++i) ++thirds[rng.below(3U << 30) >> 30];
  for (const int count : thirds) EXPECT_NEAR(count, 10000, 350);
}

TEST(Rng, BetweenIncludesBothEnds) {
  Rng rng(1, "between", 0, 0);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 500; ++i) seen.insert(rng.between(-2, 2));
  EXPECT_THAT(seen, ElementsAre(-2, -1, 0, 1, 2));
  EXPECT_EQ(rng.between(5, 5), 5);
}

TEST(Rng, UniformFillsTheUnitInterval) {
  Rng rng(1, "uniform", 0, 0);
  constexpr int kDraws = 100000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = rng.uniform();
    ASSERT_GE(x, 0);
    ASSERT_LT(x, 1);
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.004);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 0.004);
}

TEST(Rng, NormalHasTheMomentsAndTailsOfANormal) {
  Rng rng(1, "normal", 0, 0);
  constexpr int kDraws = 200000;
  std::vector<double> moments(5);
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = rng.normal();
    for (int k = 1; k <= 4; ++k) moments[k] += std::pow(x, k) / kDraws;
    beyond_two += std::abs(x) > 2;
  }
  EXPECT_NEAR(moments[1], 0, 0.01);
  EXPECT_NEAR(moments[2], 1, 0.015);
  EXPECT_NEAR(moments[3], 0, 0.04);
  EXPECT_NEAR(moments[4], 3, 0.1);
  EXPECT_NEAR(beyond_two / double{kDraws}, 0.0455003, 0.0025);
}

}  // namespace
}  // namespace vggflow
