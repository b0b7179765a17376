#include "experiments/evaluation/metrics.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "base/error.h"

namespace vggflow {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
using Labels = std::vector<std::int32_t>;

/// Oracle: sorts all classes, stably, so that of equal scores the lower index comes first.
double by_sorting(const std::vector<float>& scores, const Labels& labels, int classes, int k) {
  int wrong = 0;
  for (std::size_t n = 0; n < labels.size(); ++n) {
    const float* row = scores.data() + n * static_cast<std::size_t>(classes);
    std::vector<int> order(static_cast<std::size_t>(classes));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return row[a] > row[b]; });
    const auto end = order.begin() + std::min(k, classes);
    wrong += std::find(order.begin(), end, labels[n]) == end;
  }
  return 100 * (wrong / static_cast<double>(labels.size()));
}

TEST(TopKError, EqualsSortingOnRandomScoresWithTies) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const int classes = 1 + static_cast<int>(random() % 12);
    const std::size_t images = 1 + random() % 20;
    const unsigned levels = 1 + random() % 6;  // few levels: many ties
    std::vector<float> scores(images * static_cast<std::size_t>(classes));
    for (float& score : scores) score = static_cast<float>(random() % levels);
    Labels labels(images);
    for (auto& label : labels) label = static_cast<std::int32_t>(random() % unsigned(classes));
    for (const int k : {1, 2, 5}) {
      ASSERT_EQ(top_k_error(scores, labels, classes, k), by_sorting(scores, labels, classes, k));
    }
  }
}

TEST(TopKError, TiesGoToTheLowerClassIndex) {
  const std::vector<float> tied{0.5F, 0.5F};
  EXPECT_EQ(top_k_error(tied, Labels{0}, 2, 1), 0.0);
  EXPECT_EQ(top_k_error(tied, Labels{1}, 2, 1), 100.0);
}

TEST(TopKError, ARowWithANanIsWrongWhereverItIs) {
  for (std::size_t at = 0; at < 3; ++at) {
    std::vector<float> scores{0, 1, 0};
    scores[at] = kNan;
    EXPECT_EQ(top_k_error(scores, Labels{1}, 3, 1), 100.0);
    EXPECT_EQ(top_k_error(scores, Labels{1}, 3, 5), 100.0);
  }
}

TEST(TopKError, EverythingIsRightAmongNoMoreClassesThanK) {
  EXPECT_EQ(top_k_error(std::vector<float>{3, 2, 1}, Labels{2}, 3, 5), 0.0);
}

TEST(TopKError, IsAPercentage) {
  const std::vector<float> scores{1, 0, 1, 0, 1, 0};
  EXPECT_EQ(top_k_error(scores, Labels{0, 1, 0}, 2, 1), 100 * (1 / 3.0));
}

TEST(TopKError, RefusesLabelsOutsideTheClassesAndShapesThatDoNotFit) {
  EXPECT_THROW((void)top_k_error(std::vector<float>{1, 0}, Labels{2}, 2, 1), Error);
  EXPECT_THROW((void)top_k_error(std::vector<float>{1, 0}, Labels{-1}, 2, 1), Error);
  EXPECT_THROW((void)top_k_error(std::vector<float>{1, 0, 1}, Labels{0}, 2, 1), Error);
  EXPECT_THROW((void)top_k_error(std::vector<float>{}, Labels{}, 2, 1), Error);
}

}  // namespace
}  // namespace vggflow
