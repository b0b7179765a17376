#pragma once

#include <cstdint>
#include <span>

#include "base/export.h"

namespace vggflow {

/// In percent.
struct Interval {
  double low = 0;
  double high = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// Wilson's score interval of an error rate at 95 %, of `wrong` among `images` (at least 1), which
/// are taken for independent draws. Wilson, "Probable inference, the law of succession, and
/// statistical inference", JASA 22 (1927).
[[nodiscard]] VGGFLOW_API Interval wilson_interval(std::uint64_t wrong, std::uint64_t images);

/// McNemar's test of two classifiers on the same images.
struct McNemar {
  std::uint64_t only_first_wrong = 0;
  std::uint64_t only_second_wrong = 0;
  double p = 1;  ///< two-sided; 1 where they never differ
};

/// Exact: were both equally good, each image on which just one of them is wrong would be a fair
/// coin. `wrong`: 1 where an image is wrong, as of wrong_images(), in the same order. McNemar,
/// "Note on the sampling error of the difference between correlated proportions", Psychometrika 12
/// (1947). Error (data) for two lengths.
[[nodiscard]] VGGFLOW_API McNemar mcnemar_test(std::span<const std::uint8_t> first_wrong,
                                               std::span<const std::uint8_t> second_wrong);

}  // namespace vggflow
