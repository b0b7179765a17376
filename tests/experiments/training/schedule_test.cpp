#include "experiments/training/schedule.h"

#include <gtest/gtest.h>

namespace vggflow {
namespace {

using Kind = ScheduleSpec::Kind;

constexpr std::uint64_t kPerEpoch = 147;

TrainSpec at_rate(ScheduleSpec schedule) {
  TrainSpec train;
  train.sgd.rate = 0.01;
  train.schedule = std::move(schedule);
  return train;
}

TrainSpec plateau(int patience, std::optional<int> drops) {
  return at_rate({.kind = Kind::plateau,
                  .factor = 0.1,
                  .patience = patience,
                  .threshold = 0.5,
                  .drops = drops});
}

void validate(Schedule& schedule, std::initializer_list<double> errors) {
  for (const double error : errors) schedule.validated(error);
}

TEST(Schedule, AConstantRateStaysAsItIs) {
  const Schedule schedule(at_rate({}), kPerEpoch);
  EXPECT_EQ(schedule.rate(0), 0.01);
  EXPECT_EQ(schedule.rate(1000000), 0.01);
}

TEST(Schedule, AStepDropsAtTheFirstIterationAfterTheEpoch) {
  const Schedule schedule(at_rate({.kind = Kind::step, .at = {{12, true}, {17, true}}}), kPerEpoch);
  EXPECT_EQ(schedule.rate(12 * kPerEpoch - 1), 0.01);
  EXPECT_DOUBLE_EQ(schedule.rate(12 * kPerEpoch), 0.001);
  EXPECT_DOUBLE_EQ(schedule.rate(17 * kPerEpoch - 1), 0.001);
  EXPECT_DOUBLE_EQ(schedule.rate(17 * kPerEpoch), 0.0001);
}

TEST(Schedule, AStepDropsAtIterations) {
  const Schedule schedule(at_rate({.kind = Kind::step, .at = {{100, false}}}), kPerEpoch);
  EXPECT_EQ(schedule.rate(99), 0.01);
  EXPECT_DOUBLE_EQ(schedule.rate(100), 0.001);
}

TEST(Schedule, APlateauDropsWhenValidationsStopImproving) {
  Schedule schedule(plateau(2, {}), kPerEpoch);
  validate(schedule, {50, 45, 44.9});  // the last is within the threshold
  EXPECT_EQ(schedule.rate(7), 0.01);
  validate(schedule, {46});
  EXPECT_DOUBLE_EQ(schedule.rate(7), 0.001);
}

TEST(Schedule, APlateauStartsCountingAgainAfterADrop) {
  Schedule schedule(plateau(2, {}), kPerEpoch);
  validate(schedule, {50, 50, 50, 50});
  EXPECT_DOUBLE_EQ(schedule.rate(7), 0.001);
  validate(schedule, {50});
  EXPECT_DOUBLE_EQ(schedule.rate(7), 0.0001);
}

TEST(Schedule, ASlowRiseOverManyValidationsIsAnImprovement) {
  Schedule schedule(plateau(3, {}), kPerEpoch);
  // No one of them is half a point better than the one before, every third one is than the best.
  validate(schedule, {50, 49.8, 49.6, 49.4, 49.2, 49.0, 48.8});
  EXPECT_EQ(schedule.rate(7), 0.01);
}

TEST(Schedule, APlateauDropsNoMoreOftenThanItMay) {
  Schedule schedule(plateau(1, 3), kPerEpoch);
  validate(schedule, {50, 50, 50, 50, 50, 50, 50});
  EXPECT_DOUBLE_EQ(schedule.rate(7), 0.00001);
}

TEST(Schedule, ATieIsNoImprovementWhateverTheThreshold) {
  TrainSpec train = plateau(2, {});
  train.schedule.threshold = 0;
  Schedule schedule(train, kPerEpoch);
  validate(schedule, {90, 90, 90});
  EXPECT_DOUBLE_EQ(schedule.rate(7), 0.001);
}

TEST(Schedule, ASpentPlateauStaysWhereItIs) {
  Schedule schedule(plateau(1, 0), kPerEpoch);
  validate(schedule, {50, 50, 50});
  EXPECT_EQ(schedule.rate(7), 0.01);
}

TEST(Schedule, AWarmUpRisesLinearlyToTheRate) {
  TrainSpec train = at_rate({});
  train.warmup = Length{4, false};
  const Schedule schedule(train, kPerEpoch);
  EXPECT_DOUBLE_EQ(schedule.rate(0), 0.0025);
  EXPECT_DOUBLE_EQ(schedule.rate(2), 0.0075);
  EXPECT_EQ(schedule.rate(3), 0.01);
  EXPECT_EQ(schedule.rate(4), 0.01);
}

TEST(Schedule, StopsEarlyAfterItsOwnPatience) {
  TrainSpec train = plateau(1, {});
  train.early_stop = EarlyStopSpec{.patience = 3, .threshold = 0.5};
  Schedule schedule(train, kPerEpoch);
  validate(schedule, {50, 50, 50});
  EXPECT_FALSE(schedule.stopped());
  validate(schedule, {50});
  EXPECT_TRUE(schedule.stopped());
}

TEST(Schedule, NeverStopsEarlyUnlessAsked) {
  Schedule schedule(plateau(1, {}), kPerEpoch);
  validate(schedule, {50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50});
  EXPECT_FALSE(schedule.stopped());
}

TEST(Schedule, GoesOnFromARestoredStateAsIfItHadNeverStopped) {
  TrainSpec train = plateau(2, {});
  train.early_stop = EarlyStopSpec{.patience = 6, .threshold = 0};
  const std::vector<double> errors{60, 50, 51, 49.9, 49.9, 50, 47, 48, 48, 48, 48, 48, 48};
  for (std::size_t cut = 0; cut < errors.size(); ++cut) {
    Schedule whole(train, kPerEpoch);
    Schedule before(train, kPerEpoch);
    for (std::size_t i = 0; i < cut; ++i) before.validated(errors[i]);
    Schedule after(train, kPerEpoch);
    after.restore(before.state());
    for (std::size_t i = cut; i < errors.size(); ++i) after.validated(errors[i]);
    for (const double error : errors) whole.validated(error);
    EXPECT_EQ(after.state(), whole.state());
    EXPECT_EQ(after.rate(3), whole.rate(3));
    EXPECT_EQ(after.stopped(), whole.stopped());
  }
}

}  // namespace
}  // namespace vggflow
