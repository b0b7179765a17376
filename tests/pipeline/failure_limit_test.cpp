#include "pipeline/failure_limit.h"

#include <gmock/gmock.h>

#include "pipeline/epoch_order.h"
#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures
using ::testing::HasSubstr;

FailedSample failed(std::uint64_t id) { return {id, "image" + std::to_string(id), "is torn"}; }

TEST(FailureLimit, CountsEachImageOnceAndNamesTheFirst) {
  FailureLimit limit(3);
  EXPECT_FALSE(limit.add({}));
  EXPECT_FALSE(limit.add({failed(8), failed(2), failed(8)}));
  EXPECT_FALSE(limit.add({failed(2), failed(5)}));
  const auto over = limit.add({failed(5), failed(1), failed(0)});
  ASSERT_TRUE(over);
  EXPECT_EQ(over->origin(), Origin::data);
  EXPECT_STREQ(over->what(),
               "4 images failed; allowed: at most 3 (feed.max_errors); the first: image8: is "
               "torn; image2: is torn; image5: is torn; ...");
}

TEST(FailureLimit, OfNoneAndWithoutALimit) {
  EXPECT_STREQ(FailureLimit(0).add({failed(8)})->what(),
               "1 image failed; allowed: at most 0 (feed.max_errors); the first: image8: is torn");
  EXPECT_FALSE(FailureLimit(0).add({}));
  FailureLimit none(std::nullopt);
  for (std::uint64_t id = 0; id < 100; ++id) EXPECT_FALSE(none.add({failed(id)}));
}

/// Batches before the end, then what it was that ended the flow.
struct Ending {
  std::vector<std::string> batches;
  std::string error;
  friend bool operator==(const Ending&, const Ending&) = default;
};

Ending run(const Dataset& dataset, std::unique_ptr<Planner> planner, const FlowOptions& options,
           StageList stages = training_stages()) {
  Flow flow(dataset, std::move(stages), std::move(planner), options);
  Ending ending;
  try {
    while (const BatchLease lease = flow.next()) ending.batches.push_back(digest(*lease));
  } catch (const Error& error) {
    ending.error = error.what();
    EXPECT_THROW(static_cast<void>(flow.next()), Error);  // and it stays so
  }
  return ending;
}

/// Four images of 40 are damaged: the third in the order of epoch 0 lies in its batch 3.
class FlowWithALimit : public ::testing::TestWithParam<OnError> {
 protected:
  FlowWithALimit() {
    for (const int place : {1, 9, 26, 38}) dataset_.damage(order_[place]);
  }
  Ending end(std::uint64_t most, int workers, int prefetch, std::uint64_t batches = 15) {
    return run(dataset_, plan_training(40, training_plan(8, batches)),
               {.seed = 5,
                .workers = workers,
                .prefetch = prefetch,
                .on_error = GetParam(),
                .max_errors = most});
  }
  std::vector<std::uint32_t> order_ = epoch_order(5, 0, 40);
  MemoryDataset dataset_{40};
};

TEST_P(FlowWithALimit, EndsAtTheSameBatchWithTheSameErrorForAnyWorkersAndPrefetch) {
  const Ending expected = end(2, 1, 1);
  EXPECT_EQ(expected.batches.size(), 3U);
  EXPECT_THAT(expected.error, HasSubstr("3 images failed; allowed: at most 2"));
  std::string names = "the first: ";
  for (const int place : {1, 9, 26}) {
    names += std::string(dataset_.name(order_[place])) + ": render: the file ends early" +
             (place == 26 ? "" : "; ");
  }
  EXPECT_THAT(expected.error, HasSubstr(names));
  for (const int workers : {1, 3, 8}) {
    for (const int prefetch : {1, 2, 4}) EXPECT_EQ(end(2, workers, prefetch), expected);
  }
}

TEST_P(FlowWithALimit, TheSameImagesInLaterEpochsCountNoMore) {
  const Ending ending = end(4, 3, 2);  // three epochs
  EXPECT_EQ(ending.batches.size(), 15U);
  EXPECT_EQ(ending.error, "");
}

TEST_P(FlowWithALimit, OfZeroEndsAtTheFirstFailure) {
  EXPECT_EQ(end(0, 3, 2).batches.size(), 0U);
  EXPECT_THAT(end(0, 3, 2).error, HasSubstr("1 image failed; allowed: at most 0"));
}

INSTANTIATE_TEST_SUITE_P(Policies, FlowWithALimit,
                         ::testing::Values(OnError::skip, OnError::substitute));

TEST(FlowWithALimit, SubstitutesThatFailCountToo) {
  const auto order = epoch_order(5, 0, 40);
  MemoryDataset dataset(40);
  for (const int place : {7, 8, 9}) dataset.damage(order[place]);  // 8 and 9 stand in for 7
  const auto planner = [] { return plan_training(40, training_plan(8, 1)); };
  const auto options = [](std::uint64_t most) {
    return FlowOptions{
        .seed = 5, .workers = 3, .on_error = OnError::substitute, .max_errors = most};
  };
  EXPECT_EQ(run(dataset, planner(), options(3)).error, "");
  EXPECT_THAT(run(dataset, planner(), options(2)).error,
              HasSubstr("3 images failed; allowed: at most 2"));
}

TEST(FlowWithALimit, FailEndsItBeforeAnyLimit) {
  MemoryDataset dataset(40);
  dataset.damage(epoch_order(5, 0, 40)[3]);
  EXPECT_THAT(run(dataset, plan_training(40, training_plan(8, 1)),
                  {.seed = 5, .on_error = OnError::fail, .max_errors = 0})
                  .error,
              HasSubstr("render: the file ends early"));
}

TEST(FlowWithALimit, ScoringCountsImagesWithoutAHeader) {
  MemoryDataset dataset(40);
  for (const int id : {0, 5, 39}) dataset.empty(id);  // the last may be in a plan without batches
  dataset.damage(17);
  const auto end = [&](std::uint64_t most, int workers, int window) {
    ScoringPlan plan;
    plan.views = {{View::Kind::whole, 16, 0, false}};
    plan.batch = 8;
    plan.window = window;
    return run(dataset, plan_scoring(dataset, open_memory, plan),
               {.workers = workers, .on_error = OnError::skip, .max_errors = most},
               {decode_stage()});
  };
  for (const int window : {1, 3, 256}) {
    for (const int workers : {1, 4}) {
      EXPECT_EQ(end(4, workers, window).error, "");
      EXPECT_THAT(end(3, workers, window).error, HasSubstr("4 images failed; allowed: at most 3"));
    }
  }
}

TEST(FlowWithALimit, OfAWindowOfNothingButFailures) {
  MemoryDataset dataset(4);
  for (std::uint64_t id = 0; id < 4; ++id) dataset.empty(id);
  ScoringPlan plan;
  plan.views = {{View::Kind::whole, 16, 0, false}};
  plan.batch = 8;
  EXPECT_THAT(run(dataset, plan_scoring(dataset, open_memory, plan),
                  {.on_error = OnError::skip, .max_errors = 3}, {decode_stage()})
                  .error,
              HasSubstr("4 images failed; allowed: at most 3"));
}

TEST(FlowFailuresAsTheyHappen, AreToldOnceEach) {
  MemoryDataset dataset(16);
  dataset.damage(9);
  dataset.lose(2);
  std::vector<std::string> told;
  Flow flow(dataset, training_stages(), plan_training(16, training_plan(8, 10)),
            {.seed = 5,
             .workers = 3,
             .on_error = OnError::skip,
             .on_failure = [&](const FailedSample& failure) {
               told.push_back(failure.name + ": " + failure.reason);
             }});
  EXPECT_EQ(digests(flow).size(), 10U);  // five epochs
  EXPECT_THAT(told, ::testing::UnorderedElementsAre("class/9: render: the file ends early",
                                                    "class/2: read: cannot open"));
}

}  // namespace
}  // namespace vggflow
