#include <gmock/gmock.h>

#include <map>
#include <set>

#include "base/error.h"
#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MemoryDataset;
using testing::open_memory;

/// 11 different sizes, portrait and landscape.
Size size_of(std::uint64_t id) {
  const int side = 20 + static_cast<int>(id * 7 % 11);
  return id % 2 == 0 ? Size{side, 20} : Size{20, side};
}

Size expected_size(const View& view, Size picture) {
  if (view.kind == View::Kind::centre) return {view.crop, view.crop};
  return rescaled_to_short_side(picture, view.short_side);
}

ScoringPlan options() {
  ScoringPlan plan;
  plan.views = {{View::Kind::whole, 16, 0, false},
                {View::Kind::whole, 16, 0, true},
                {View::Kind::whole, 24, 0, false},
                {View::Kind::centre, 16, 12, false}};
  plan.batch = 16;
  plan.window = 32;
  return plan;
}

std::vector<Plan> all_plans(const Dataset& dataset, const ScoringPlan& options) {
  std::vector<Plan> plans;
  const auto planner = plan_scoring(dataset, open_memory, options);
  while (auto next = planner->next()) plans.push_back(std::move(*next));
  return plans;
}

/// Every slot of every batch is filled once, by a view of its size.
void expect_consistent(const ScoringPlan& options, const Plan& plan) {
  std::set<std::pair<int, int>> filled;
  for (const Job& job : plan.jobs) {
    ASSERT_EQ(job.destinations, options.views.size());
    for (const Destination& to : plan.destinations_of(job)) {
      ASSERT_TRUE(to.view);
      const BatchShape& shape = plan.batches.at(to.batch).shape;
      EXPECT_EQ(shape.image, expected_size(options.views[*to.view], size_of(job.id)));
      EXPECT_LT(to.slot, shape.slots);
      EXPECT_TRUE(filled.emplace(to.batch, to.slot).second);
    }
  }
  std::size_t slots = 0;
  for (const auto& batch : plan.batches) slots += static_cast<std::size_t>(batch.shape.slots);
  EXPECT_EQ(filled.size(), slots);
}

TEST(ScoringPlanner, EveryImageOnceInAllViewsWhateverTheWindowAndBatch) {
  const MemoryDataset dataset(90, size_of);
  for (const int window : {1, 7, 32, 1000}) {
    for (const int batch : {1, 4, 5, 64}) {
      ScoringPlan plan = options();
      plan.window = window;
      plan.batch = batch;
      std::multiset<std::uint64_t> seen;
      std::uint64_t index = 0;
      std::uint64_t position = 0;
      for (const Plan& made : all_plans(dataset, plan)) {
        expect_consistent(plan, made);
        for (const Job& job : made.jobs) seen.insert(job.id);
        for (const auto& planned : made.batches) {
          EXPECT_EQ(planned.index, index++);
          EXPECT_EQ(planned.first_position, position);
          position += static_cast<std::uint64_t>(planned.shape.slots);
          EXPECT_LE(planned.shape.slots, batch);
        }
      }
      EXPECT_EQ(seen.size(), 90U);
      EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 90U);
    }
  }
}

TEST(ScoringPlanner, OneBatchPerDistinctSize) {
  const MemoryDataset dataset(4, [](auto) { return Size{32, 16}; });
  const auto plans = all_plans(dataset, options());
  ASSERT_EQ(plans.size(), 1U);
  ASSERT_EQ(plans[0].batches.size(), 3U);
  EXPECT_EQ(plans[0].batches[0].shape, (BatchShape{8, {32, 16}}));  // plain and mirrored
  EXPECT_EQ(plans[0].batches[1].shape, (BatchShape{4, {48, 24}}));
  EXPECT_EQ(plans[0].batches[2].shape, (BatchShape{4, {12, 12}}));
}

TEST(ScoringPlanner, KeepsPixelsOfABatchWithinTheLimitButTakesOnePicture) {
  const MemoryDataset dataset(6, [](auto) { return Size{32, 16}; });
  ScoringPlan plan = options();
  plan.batch_pixels = 2 * 48 * 24;
  for (const Plan& made : all_plans(dataset, plan)) EXPECT_EQ(made.jobs.size(), 2U);
  plan.batch_pixels = 1;
  EXPECT_EQ(all_plans(dataset, plan).size(), 6U);
}

TEST(ScoringPlanner, ReportsUnreadableHeadersAndPlansTheRest) {
  MemoryDataset dataset(8, [](auto) { return Size{32, 16}; });
  dataset.empty(2);
  dataset.lose(5);
  std::map<std::uint64_t, std::string> failed;
  std::size_t jobs = 0;
  for (const Plan& made : all_plans(dataset, options())) {
    jobs += made.jobs.size();
    for (const FailedSample& sample : made.failed) failed[sample.id] = sample.reason;
  }
  EXPECT_EQ(jobs, 6U);
  EXPECT_THAT(failed, ElementsAre(std::pair{2, "decode: not an image: it is empty"},
                                  std::pair{5, "read: cannot open"}));
}

TEST(ScoringPlanner, ReportsViewsThatAreTooLargeAndPlansTheRest) {
  const MemoryDataset dataset(3, [](std::uint64_t id) {
    return id == 0 ? Size{1 << 24, 1} : id == 1 ? Size{400, 16} : Size{32, 16};
  });
  ScoringPlan plan = options();
  plan.slot_pixels = 600 * 24 - 1;
  const auto plans = all_plans(dataset, plan);
  ASSERT_EQ(plans.size(), 1U);
  ASSERT_EQ(plans[0].jobs.size(), 1U);
  EXPECT_EQ(plans[0].jobs[0].id, 2U);
  ASSERT_EQ(plans[0].failed.size(), 2U);
  EXPECT_EQ(plans[0].failed[0].reason,
            "view: rescaling 16777216x1 to a short side of 16 px makes a side of 268435456 px; "
            "allowed: at most 16777216");
  EXPECT_EQ(plans[0].failed[1].reason,
            "view: a picture of 400x16 makes a view of 600x24, 14400 px; allowed: at most 14399 "
            "px");
}

TEST(ScoringPlanner, TheCropsOfOnePictureShareBatchesOfTheSizeThatIsAllowed) {
  const MemoryDataset dataset(2, [](auto) { return Size{32, 16}; });
  ScoringPlan plan = options();
  plan.views.assign(150, View{View::Kind::grid, 16, 12, false, 5, 0, 0});
  plan.batch = 64;
  const auto plans = all_plans(dataset, plan);
  ASSERT_EQ(plans.size(), 2U);
  for (const Plan& made : plans) {
    ASSERT_EQ(made.batches.size(), 3U);
    for (const auto& batch : made.batches) EXPECT_EQ(batch.shape.slots, 50);
    std::set<std::pair<int, int>> filled;
    for (const Destination& to : made.destinations) filled.emplace(to.batch, to.slot);
    EXPECT_EQ(filled.size(), 150U);
  }
  plan.batch_pixels = 10 * 12 * 12;
  const auto smaller = all_plans(dataset, plan);
  ASSERT_EQ(smaller[0].batches.size(), 15U);
  for (const auto& batch : smaller[0].batches) EXPECT_EQ(batch.shape.slots, 10);
}

TEST(ScoringPlanner, AGridIsCutFromAWholeRescaledPicture) {
  const MemoryDataset dataset(1, [](auto) { return Size{400, 16}; });
  ScoringPlan plan = options();
  plan.views = {{View::Kind::grid, 24, 24, false, 5, 0, 0}};
  plan.slot_pixels = 600 * 24;
  EXPECT_EQ(all_plans(dataset, plan)[0].jobs.size(), 1U);
  --plan.slot_pixels;
  EXPECT_EQ(all_plans(dataset, plan)[0].failed.size(), 1U);
}

/// Ids of each plan with its batches' shapes.
using Outline = std::vector<std::pair<std::vector<std::uint64_t>, std::vector<Size>>>;

Outline outline_of(const std::vector<Plan>& plans) {
  Outline outline;
  for (const Plan& plan : plans) {
    outline.emplace_back();
    for (const Job& job : plan.jobs) outline.back().first.push_back(job.id);
    for (const auto& batch : plan.batches) outline.back().second.push_back(batch.shape.image);
  }
  return outline;
}

TEST(ScoringPlanner, GoesOnWithThePlansThatAreNotDone) {
  MemoryDataset dataset(90, size_of);
  ScoringPlan plan = options();
  plan.batch = 8;
  const Outline whole = outline_of(all_plans(dataset, plan));
  for (std::size_t so_far = 0; so_far <= whole.size(); ++so_far) {
    std::set<std::uint64_t> done;
    for (std::size_t i = 0; i < so_far; ++i)
      done.insert(whole[i].first.begin(), whole[i].first.end());
    plan.done = [&](std::uint64_t id) { return done.contains(id); };
    const Outline rest(whole.begin() + static_cast<std::ptrdiff_t>(so_far), whole.end());
    EXPECT_EQ(outline_of(all_plans(dataset, plan)), rest);
  }
}

TEST(ScoringPlanner, OpensNoImageOfAWindowThatIsDone) {
  MemoryDataset dataset(90, size_of);
  std::set<std::uint64_t> read;
  dataset.on_read = [&](std::uint64_t id) { read.insert(id); };
  ScoringPlan plan = options();  // windows of 32
  plan.done = [](std::uint64_t id) { return id < 40; };
  const auto plans = all_plans(dataset, plan);
  EXPECT_EQ(*read.begin(), 32U);
  EXPECT_EQ(read.size(), 90U - 32U);
}

TEST(ScoringPlanner, ReportsEvenWhereNoImageIsLeft) {
  MemoryDataset dataset(3);
  for (const int id : {0, 1, 2}) dataset.empty(id);
  const auto plans = all_plans(dataset, options());
  ASSERT_EQ(plans.size(), 1U);
  EXPECT_TRUE(plans[0].batches.empty());
  EXPECT_EQ(plans[0].failed.size(), 3U);
}

TEST(ScoringPlanner, ShardsPartTheImages) {
  const MemoryDataset dataset(50, size_of);
  std::multiset<std::uint64_t> seen;
  for (int rank = 0; rank < 4; ++rank) {
    ScoringPlan plan = options();
    plan.shard = {rank, 4};
    plan.window = 5;
    for (const Plan& made : all_plans(dataset, plan)) {
      for (const Job& job : made.jobs) {
        EXPECT_EQ(job.id % 4, static_cast<std::uint64_t>(rank));
        seen.insert(job.id);
      }
    }
  }
  EXPECT_EQ(seen.size(), 50U);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 50U);
}

TEST(ScoringPlanner, RefusesWhatCannotWork) {
  const MemoryDataset dataset(3);
  const auto refused = [&](auto change) -> std::string {
    ScoringPlan plan = options();
    change(plan);
    try {
      static_cast<void>(plan_scoring(dataset, open_memory, plan));
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::spec);
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(refused([](auto& p) { p.views.clear(); }), "number of views is 0; allowed: at least 1");
  EXPECT_EQ(refused([](auto& p) { p.batch = 0; }), "batch is 0; allowed: at least 1");
  EXPECT_EQ(refused([](auto& p) { p.slot_pixels = 0; }), "slot_pixels is 0; allowed: at least 1");
  EXPECT_EQ(refused([](auto& p) { p.window = 0; }), "window is 0; allowed: at least 1");
  EXPECT_THAT(refused([](auto& p) { p.shard = {4, 4}; }), HasSubstr("shard 4 of 4"));
}

}  // namespace
}  // namespace vggflow
