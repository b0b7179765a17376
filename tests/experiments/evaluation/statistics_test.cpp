#include "experiments/evaluation/statistics.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/error.h"

namespace vggflow {
namespace {

/// Wilson's bounds are the rates from which the observed one is just 1.96 standard errors away.
TEST(WilsonInterval, BoundsAreAsFarAsTheirOwnStandardErrorAllows) {
  for (const std::uint64_t images : {1U, 7U, 100U, 3925U, 50000U}) {
    for (std::uint64_t wrong = 0; wrong <= images; wrong += 1 + images / 13) {
      const Interval interval = wilson_interval(wrong, images);
      const double rate = static_cast<double>(wrong) / static_cast<double>(images);
      EXPECT_LE(interval.low, 100 * rate + 1e-9);
      EXPECT_GE(interval.high, 100 * rate - 1e-9);
      for (const double bound : {interval.low / 100, interval.high / 100}) {
        const double error = std::sqrt(bound * (1 - bound) / static_cast<double>(images));
        if (bound <= 0 || bound >= 1) continue;
        EXPECT_NEAR(std::abs(rate - bound), 1.959963984540054 * error, 1e-9);
      }
    }
  }
}

TEST(WilsonInterval, NeverLeavesThePercentages) {
  EXPECT_EQ(wilson_interval(0, 10).low, 0);
  EXPECT_EQ(wilson_interval(10, 10).high, 100);
  EXPECT_NEAR(wilson_interval(0, 10).high, 27.75, 0.01);  // z^2 / (n + z^2)
}

/// Oracle: sums the binomial tail term by term.
double by_summing(std::uint64_t fewer, std::uint64_t differ) {
  double tail = 0;
  for (std::uint64_t k = 0; k <= fewer; ++k) {
    const auto n = static_cast<double>(differ);
    const auto at = static_cast<double>(k);
    tail += std::exp(std::lgamma(n + 1) - std::lgamma(at + 1) - std::lgamma(n - at + 1) -
                     n * std::log(2.0));
  }
  return std::min(1.0, 2 * tail);
}

TEST(McNemarTest, CountsWhereJustOneIsWrongAndSumsTheBinomialTail) {
  std::mt19937 random(2);
  for (int round = 0; round < 100; ++round) {
    std::vector<std::uint8_t> first(1 + random() % 3000);
    std::vector<std::uint8_t> second(first.size());
    const unsigned bias = 2 + random() % 5;
    std::uint64_t only_first = 0;
    std::uint64_t only_second = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
      first[i] = random() % 3 == 0;
      second[i] = random() % bias == 0;
      only_first += first[i] > second[i];
      only_second += second[i] > first[i];
    }
    const McNemar test = mcnemar_test(first, second);
    EXPECT_EQ(test.only_first_wrong, only_first);
    EXPECT_EQ(test.only_second_wrong, only_second);
    const double p = by_summing(std::min(only_first, only_second), only_first + only_second);
    EXPECT_NEAR(test.p, p, 1e-9 + 1e-6 * p);
    EXPECT_EQ(mcnemar_test(second, first).p, test.p);
  }
}

TEST(McNemarTest, OfTheSameErrorsSaysNothing) {
  const std::vector<std::uint8_t> wrong{1, 0, 0, 1};
  EXPECT_EQ(mcnemar_test(wrong, wrong).p, 1);
}

TEST(McNemarTest, WantsTheSameImages) {
  const std::vector<std::uint8_t> three(3);
  const std::vector<std::uint8_t> four(4);
  EXPECT_THROW(static_cast<void>(mcnemar_test(three, four)), Error);
}

}  // namespace
}  // namespace vggflow
