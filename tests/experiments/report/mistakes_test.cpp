#include "experiments/report/mistakes.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/rng.h"
#include "experiments/evaluation/metrics.h"

namespace vggflow {
namespace {

EvaluationResult scored(std::vector<float> scores, std::vector<std::int32_t> labels, int classes) {
  EvaluationResult result;
  result.classes = classes;
  result.scores = std::move(scores);
  result.labels = std::move(labels);
  return result;
}

TEST(Mistakes, TheMostConfidentComeFirst) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const EvaluationResult result = scored({0.6F, 0.4F, 0,       // right
                                          0.1F, 0.7F, 0.2F,    // 0 taken for 1
                                          kNan, kNan, kNan,    // failed
                                          0.05F, 0.9F, 0.05F,  // 2 taken for 1
                                          0.7F, 0.3F, 0},  // 1 taken for 0, as sure as the second
                                         {0, 0, 1, 2, 1}, 3);
  const auto mistakes = most_confident_mistakes(result, 10);
  ASSERT_EQ(mistakes.size(), 3U);
  EXPECT_EQ(mistakes[0].image, 3U);
  EXPECT_EQ(mistakes[0].label, 2);
  EXPECT_EQ(mistakes[0].taken_for, 1);
  EXPECT_EQ(mistakes[0].score, 0.9F);
  EXPECT_EQ(mistakes[0].right_score, 0.05F);
  EXPECT_EQ(mistakes[1].image, 1U);
  EXPECT_EQ(mistakes[2].image, 4U);
  EXPECT_EQ(most_confident_mistakes(result, 1).size(), 1U);
  EXPECT_TRUE(most_confident_mistakes(scored({1, 0}, {0}, 2), 5).empty());
}

TEST(Mistakes, EqualScoresGoToTheLowerClass) {
  const auto mistakes = most_confident_mistakes(scored({0.2F, 0.4F, 0.4F}, {2}, 3), 5);
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_EQ(mistakes[0].taken_for, 1);
}

std::vector<std::int32_t> random_matrix(int classes) {
  Rng rng(1, "confusion", 0, 0);
  std::vector<std::int32_t> matrix(static_cast<std::size_t>(classes * classes));
  for (std::int32_t& count : matrix) count = static_cast<std::int32_t>(rng.uniform() * 9);
  return matrix;
}

TEST(Mistakes, ConfusedPairsAreTheLargestCountsOffTheDiagonal) {
  const std::vector<std::int32_t> matrix{9, 2, 0,  //
                                         5, 9, 2,  //
                                         0, 1, 9};
  const auto pairs = most_confused_pairs(matrix, 3, 3);
  ASSERT_EQ(pairs.size(), 3U);
  EXPECT_EQ(pairs[0].label, 1);
  EXPECT_EQ(pairs[0].taken_for, 0);
  EXPECT_EQ(pairs[0].images, 5);
  EXPECT_EQ(pairs[1].label, 0);
  EXPECT_EQ(pairs[1].taken_for, 1);
  EXPECT_EQ(pairs[2].label, 1);
  EXPECT_EQ(pairs[2].taken_for, 2);
  EXPECT_EQ(most_confused_pairs(matrix, 3, 99).size(), 4U);
}

TEST(Mistakes, BlocksKeepEveryCount) {
  for (const int classes : {1, 7, 100, 101, 250}) {
    const auto matrix = random_matrix(classes);
    const ConfusionBlocks blocks = confusion_blocks(matrix, classes, 100);
    EXPECT_LE(blocks.side, 100);
    EXPECT_GE(blocks.side * blocks.each, classes);
    EXPECT_LT((blocks.side - 1) * blocks.each, classes);
    ASSERT_EQ(blocks.counts.size(), static_cast<std::size_t>(blocks.side * blocks.side));
    EXPECT_EQ(std::accumulate(blocks.counts.begin(), blocks.counts.end(), 0),
              std::accumulate(matrix.begin(), matrix.end(), 0));
    if (blocks.each == 1) {
      EXPECT_EQ(blocks.counts, matrix);
    }
  }
}

TEST(Mistakes, ABlockIsTheSumOfItsCells) {
  const auto matrix = random_matrix(5);
  const ConfusionBlocks blocks = confusion_blocks(matrix, 5, 3);
  EXPECT_EQ(blocks.each, 2);
  EXPECT_EQ(blocks.counts[1], matrix[2] + matrix[3] + matrix[7] + matrix[8]);
  EXPECT_EQ(blocks.counts[8], matrix[24]);
}

}  // namespace
}  // namespace vggflow
