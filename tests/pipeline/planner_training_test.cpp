#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "pipeline/epoch_order.h"
#include "pipeline/planner.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;

TrainingPlan options(int batch) {
  TrainingPlan plan;
  plan.seed = 3;
  plan.batch = batch;
  plan.image = {8, 8};
  return plan;
}

std::vector<Plan> all_plans(std::size_t images, const TrainingPlan& plan) {
  std::vector<Plan> plans;
  const auto planner = plan_training(images, plan);
  while (auto next = planner->next()) plans.push_back(std::move(*next));
  return plans;
}

std::vector<std::uint64_t> ids(const Plan& plan) {
  std::vector<std::uint64_t> all;
  for (const Job& job : plan.jobs) all.push_back(job.id);
  return all;
}

TEST(TrainingPlanner, VisitsTheEpochOrderAndDropsThePartialBatch) {
  TrainingPlan plan = options(4);
  plan.batches = 6;
  const auto plans = all_plans(14, plan);  // 3 batches an epoch, 2 images left over
  ASSERT_EQ(plans.size(), 6U);
  for (std::uint64_t b = 0; b < 6; ++b) {
    const auto epoch = static_cast<std::uint32_t>(b / 3);
    const auto order = epoch_order(3, epoch, 14);
    ASSERT_EQ(plans[b].jobs.size(), 4U);
    EXPECT_EQ(plans[b].batches.front().index, b);
    EXPECT_EQ(plans[b].batches.front().first_position, b * 4);
    EXPECT_EQ(plans[b].batches.front().shape, (BatchShape{4, {8, 8}}));
    for (std::uint64_t s = 0; s < 4; ++s) {
      const Job& job = plans[b].jobs[s];
      EXPECT_EQ(job.id, order[b % 3 * 4 + s]);
      EXPECT_EQ(job.epoch, epoch);
      EXPECT_EQ(job.position, b % 3 * 4 + s);
      const auto destinations = plans[b].destinations_of(job);
      ASSERT_EQ(destinations.size(), 1U);
      EXPECT_EQ(destinations.front().slot, static_cast<int>(s));
      EXPECT_FALSE(destinations.front().view);
    }
  }
}

TEST(TrainingPlanner, StartsAtAnyBatch) {
  TrainingPlan plan = options(4);
  plan.batches = 9;
  const auto whole = all_plans(14, plan);
  for (std::uint64_t first = 0; first <= 9; ++first) {
    plan.first_batch = first;
    const auto tail = all_plans(14, plan);
    ASSERT_EQ(tail.size(), 9 - first);
    for (std::size_t b = 0; b < tail.size(); ++b) {
      EXPECT_EQ(ids(tail[b]), ids(whole[first + b]));
      EXPECT_EQ(tail[b].batches.front().index, first + b);
    }
  }
}

TEST(TrainingPlanner, ShardsTakeTheirSlotsOfEachGlobalBatch) {
  TrainingPlan plan = options(12);
  plan.batches = 5;
  const auto whole = all_plans(30, plan);
  for (const int count : {1, 2, 3, 4, 6, 12}) {
    std::vector<std::vector<std::uint64_t>> joined(5);
    for (int rank = 0; rank < count; ++rank) {
      plan.shard = {rank, count};
      const auto part = all_plans(30, plan);
      for (std::size_t b = 0; b < 5; ++b) {
        EXPECT_EQ(part[b].batches.front().first_position, b * 12 + joined[b].size());
        for (const std::uint64_t id : ids(part[b])) joined[b].push_back(id);
      }
    }
    for (std::size_t b = 0; b < 5; ++b) EXPECT_EQ(joined[b], ids(whole[b])) << count << " shards";
  }
}

TEST(TrainingPlanner, PartsAreTheBatchInPieces) {
  TrainingPlan plan = options(12);
  plan.batches = 5;
  plan.shard = {1, 2};
  const auto whole = all_plans(30, plan);
  for (const unsigned parts : {1U, 2U, 3U, 6U}) {
    const unsigned slots = 6 / parts;
    plan.parts = static_cast<int>(parts);
    const auto pieces = all_plans(30, plan);
    ASSERT_EQ(pieces.size(), whole.size());
    for (std::size_t b = 0; b < pieces.size(); ++b) {
      EXPECT_EQ(ids(pieces[b]), ids(whole[b]));
      ASSERT_EQ(pieces[b].batches.size(), parts);
      for (std::size_t p = 0; p < pieces[b].batches.size(); ++p) {
        const auto& piece = pieces[b].batches[p];
        EXPECT_EQ(piece.index, b * parts + p);
        EXPECT_EQ(piece.shape, (BatchShape{static_cast<int>(slots), {8, 8}}));
        EXPECT_EQ(piece.first_position, whole[b].batches.front().first_position + p * slots);
      }
      for (std::size_t j = 0; j < pieces[b].jobs.size(); ++j) {
        const Destination& to = pieces[b].destinations_of(pieces[b].jobs[j]).front();
        EXPECT_EQ(to.batch, static_cast<int>(j / slots));
        EXPECT_EQ(to.slot, static_cast<int>(j % slots));
      }
    }
  }
}

TEST(TrainingPlanner, SubstitutesAreTheNextInTheEpochsOrderAsARing) {
  const auto planner = plan_training(10, options(5));
  std::vector<Plan> plans;  // of two epochs gone by and the present one
  for (int i = 0; i < 5; ++i) plans.push_back(planner->next().value());
  for (const Plan& plan : plans) {
    const auto order = epoch_order(3, plan.jobs[0].epoch, 10);
    for (const Job& job : plan.jobs) {
      for (int attempt = 1; attempt < 10; ++attempt) {
        EXPECT_EQ(planner->substitute(job, attempt), order[(job.position + attempt) % 10]);
      }
      EXPECT_FALSE(planner->substitute(job, 10));  // that would be the image itself
    }
  }
}

void expect_refused(std::size_t images, const TrainingPlan& plan, const std::string& message) {
  try {
    static_cast<void>(plan_training(images, plan));
    FAIL() << "accepted; expected: " << message;
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::spec);
    EXPECT_THAT(error.what(), HasSubstr(message));
  }
}

TEST(TrainingPlanner, RefusesWhatCannotWork) {
  expect_refused(3, options(4), "3 images, fewer than a batch of 4");
  expect_refused(3, options(0), "batch is 0; allowed: at least 1");
  TrainingPlan plan = options(6);
  plan.shard = {0, 4};
  expect_refused(9, plan, "a batch of 6 does not divide into 4 shards; allowed: multiples of 4");
  plan.shard = {3, 3};
  expect_refused(9, plan, "shard 3 of 3 does not exist");
  plan = options(12);
  plan.shard = {0, 2};
  plan.parts = 4;
  expect_refused(20, plan, "a batch of 6 does not divide into 4 parts");
  plan = options(6);
  plan.image = {0, 8};
  expect_refused(9, plan, "pictures of 0x8");
}

}  // namespace
}  // namespace vggflow
