#include "experiments/training/training_log.h"

#include <gtest/gtest.h>

namespace vggflow {
namespace {

StepResult step(std::uint64_t iteration, double loss, double weights = 4) {
  return {.iteration = iteration,
          .loss = loss,
          .top1_errors = weights / 2,
          .top5_errors = weights / 4,
          .weight_sum = weights};
}

TEST(IntervalMeans, RowsEndAtTheIntervalTheEpochAndTheEnd) {
  IntervalMeans log(4, 6, 13);
  std::vector<std::uint64_t> ends;
  for (std::uint64_t i = 0; i < 13; ++i) {
    if (const auto row = log.add(step(i, 1), 0.1)) ends.push_back(row->iteration);
  }
  EXPECT_EQ(ends, (std::vector<std::uint64_t>{4, 6, 8, 12, 13}));
}

TEST(IntervalMeans, RowsAreMeansOverTheImagesSinceTheRowBefore) {
  IntervalMeans log(2, 100, 100);
  EXPECT_FALSE(log.add(step(0, 1.0, 4), 0.1));
  const auto row = log.add(step(1, 4.0, 2), 0.05);  // a skipped half weighs nothing
  ASSERT_TRUE(row);
  EXPECT_DOUBLE_EQ(row->loss, (1.0 * 4 + 4.0 * 2) / 6);
  EXPECT_DOUBLE_EQ(row->top1_error, 50);
  EXPECT_DOUBLE_EQ(row->top5_error, 25);
  EXPECT_DOUBLE_EQ(row->epoch, 0.02);
  EXPECT_EQ(row->rate, 0.05);
  EXPECT_FALSE(log.add(step(2, 7.0), 0.1));
  EXPECT_DOUBLE_EQ(log.add(step(3, 9.0), 0.1)->loss, 8.0);
}

TEST(IntervalMeans, AnIntervalThatEndsEarlyIsARowToo) {
  IntervalMeans log(10, 100, 100);
  EXPECT_FALSE(log.finish(0.1));
  (void)log.add(step(0, 1.0), 0.1);
  (void)log.add(step(1, 3.0), 0.1);
  const auto row = log.finish(0.1);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->iteration, 2U);
  EXPECT_DOUBLE_EQ(row->loss, 2.0);
  EXPECT_FALSE(log.finish(0.1));
}

TEST(IntervalMeans, GoesOnInTheMiddleOfAnInterval) {
  IntervalMeans whole(5, 100, 100);
  IntervalMeans before(5, 100, 100);
  IntervalMeans after(5, 100, 100);
  std::optional<TrainingRow> expected;
  std::optional<TrainingRow> seen;
  for (std::uint64_t i = 0; i < 5; ++i) expected = whole.add(step(i, 0.1 * i, 3), 0.1);
  for (std::uint64_t i = 0; i < 3; ++i) (void)before.add(step(i, 0.1 * i, 3), 0.1);
  after.restore(before.sums());
  for (std::uint64_t i = 3; i < 5; ++i) seen = after.add(step(i, 0.1 * i, 3), 0.1);
  ASSERT_TRUE(expected && seen);
  EXPECT_EQ(seen->loss, expected->loss);
  EXPECT_EQ(seen->top5_error, expected->top5_error);
}

}  // namespace
}  // namespace vggflow
