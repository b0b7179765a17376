#pragma once

#include <algorithm>
#include <vector>

namespace vggflow {

/// What a figure was over the rounds of a run.
struct Spread {
  double median = 0;
  double least = 0;
  double most = 0;
};

/// Zeros of nothing.
[[nodiscard]] inline Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  return {median, values.front(), values.back()};
}

}  // namespace vggflow
