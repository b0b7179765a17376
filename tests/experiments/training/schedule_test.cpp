#include "experiments/training/schedule.h"

#include <gtest/gtest.h>

namespace vggflow {
namespace {

TrainSpec with_drops(std::vector<Length> at) {
  TrainSpec train;
  train.sgd.rate = 0.01;
  train.schedule = {.at = std::move(at), .factor = 0.1};
  return train;
}

TEST(Schedule, WithoutDropsTheRateIsConstant) {
  const TrainSpec train = with_drops({});
  EXPECT_EQ(learning_rate(train, 0, 10), 0.01);
  EXPECT_EQ(learning_rate(train, 1000000, 10), 0.01);
}

TEST(Schedule, DropsAtTheFirstIterationAfterTheEpoch) {
  const TrainSpec train =
      with_drops({{.count = 12, .epochs = true}, {.count = 17, .epochs = true}});
  EXPECT_EQ(learning_rate(train, 12 * 147 - 1, 147), 0.01);
  EXPECT_DOUBLE_EQ(learning_rate(train, 12 * 147, 147), 0.001);
  EXPECT_DOUBLE_EQ(learning_rate(train, 17 * 147 - 1, 147), 0.001);
  EXPECT_DOUBLE_EQ(learning_rate(train, 17 * 147, 147), 0.0001);
}

TEST(Schedule, DropsAtIterations) {
  const TrainSpec train = with_drops({{.count = 100, .epochs = false}});
  EXPECT_EQ(learning_rate(train, 99, 7), 0.01);
  EXPECT_DOUBLE_EQ(learning_rate(train, 100, 7), 0.001);
}

}  // namespace
}  // namespace vggflow
