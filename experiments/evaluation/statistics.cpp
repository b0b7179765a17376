#include "experiments/evaluation/statistics.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <string>

#include "base/error.h"

namespace vggflow {
namespace {

constexpr double kZ95 = 1.959963984540054;  // 97.5 % quantile of the normal distribution

}  // namespace

Interval wilson_interval(std::uint64_t wrong, std::uint64_t images) {
  const auto n = static_cast<double>(images);
  const double rate = static_cast<double>(wrong) / n;
  const double square = kZ95 * kZ95;
  const double centre = (rate + square / (2 * n)) / (1 + square / n);
  const double half =
      kZ95 / (1 + square / n) * std::sqrt(rate * (1 - rate) / n + square / (4 * n * n));
  // Both ends are exact; rounding must not say otherwise.
  return {wrong == 0 ? 0.0 : 100 * (centre - half),
          wrong == images ? 100.0 : 100 * (centre + half)};
}

McNemar mcnemar_test(std::span<const std::uint8_t> first_wrong,
                     std::span<const std::uint8_t> second_wrong) {
  if (first_wrong.size() != second_wrong.size()) {
    throw Error(Origin::data, "McNemar's test wants the same images: got " +
                                  std::to_string(first_wrong.size()) + " and " +
                                  std::to_string(second_wrong.size()));
  }
  McNemar test;
  for (std::size_t i = 0; i < first_wrong.size(); ++i) {
    test.only_first_wrong += first_wrong[i] != 0 && second_wrong[i] == 0;
    test.only_second_wrong += first_wrong[i] == 0 && second_wrong[i] != 0;
  }
  const std::uint64_t differ = test.only_first_wrong + test.only_second_wrong;
  if (differ == 0) return test;
  const boost::math::binomial_distribution<double> coin(static_cast<double>(differ), 0.5);
  const auto fewer = static_cast<double>(std::min(test.only_first_wrong, test.only_second_wrong));
  test.p = std::min(1.0, 2 * boost::math::cdf(coin, fewer));
  return test;
}

}  // namespace vggflow
