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

TEST(ByClass, ErrorsAndConfusionsAreCountedPerClass) {
  std::mt19937 random(4);
  const int classes = 6;
  const std::size_t images = 200;
  std::vector<float> scores(images * 6);
  for (float& score : scores) score = static_cast<float>(random() % 5);
  Labels labels(images);
  for (auto& label : labels) label = static_cast<std::int32_t>(random() % 5);  // none of class 5
  scores[6 * 7] = kNan;

  const auto errors = class_errors(scores, labels, classes);
  const auto confusion = confusion_matrix(scores, labels, classes);
  for (int c = 0; c < classes; ++c) {
    std::vector<float> own_scores;
    Labels own_labels;
    std::vector<std::int32_t> chosen(6, 0);
    for (std::size_t n = 0; n < images; ++n) {
      if (labels[n] != c) continue;
      const auto row = scores.begin() + static_cast<std::ptrdiff_t>(n * 6);
      own_scores.insert(own_scores.end(), row, row + 6);
      own_labels.push_back(c);
      if (n != 7) ++chosen[static_cast<std::size_t>(std::max_element(row, row + 6) - row)];
    }
    const auto at = static_cast<std::size_t>(c);
    EXPECT_EQ(errors[at].images, std::ssize(own_labels));
    if (!own_labels.empty()) {
      EXPECT_EQ(errors[at].top1_error, top_k_error(own_scores, own_labels, classes, 1));
      EXPECT_EQ(errors[at].top5_error, top_k_error(own_scores, own_labels, classes, 5));
    }
    for (std::size_t best = 0; best < 6; ++best) EXPECT_EQ(confusion[at * 6 + best], chosen[best]);
  }
}

}  // namespace
}  // namespace vggflow
