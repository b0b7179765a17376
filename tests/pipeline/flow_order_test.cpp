#include <gmock/gmock.h>

#include <thread>

#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures

std::unique_ptr<Flow> training_flow(const Dataset& dataset, std::uint64_t batches, int prefetch,
                                    int workers = 3) {
  return std::make_unique<Flow>(dataset, training_stages(),
                                plan_training(dataset.size(), training_plan(8, batches)),
                                FlowOptions{.workers = workers, .prefetch = prefetch});
}

TEST(FlowOrder, BatchesComeInOrderEvenIfTheFirstSampleIsSlow) {
  const MemoryDataset dataset(40);
  std::atomic<int> started{0};
  StageList stages = training_stages();
  stages.push_back(placed("late", Role::augmentation, [&](Sample&, Rng&) {
    // The first sample waits until the second batch is under way, if it ever is.
    if (started++ == 0) {
      for (int i = 0; i < 1000 && started < 12; ++i) std::this_thread::yield();
    }
  }));
  Flow flow(dataset, stages, plan_training(40, training_plan(8, 20)),
            {.workers = 3, .prefetch = 3});
  std::uint64_t index = 0;
  while (const BatchLease lease = flow.next()) EXPECT_EQ(lease->index, index++);
  EXPECT_EQ(index, 20U);
  EXPECT_FALSE(flow.next());
}

TEST(FlowOrder, LeasesOverlapAndAreGivenBackInAnyOrder) {
  const MemoryDataset dataset(40);
  const auto flow = training_flow(dataset, 20, 3);
  std::uint64_t index = 0;
  std::vector<BatchLease> held;
  std::vector<std::string> digests;
  while (index < 20) {
    held.push_back(flow->next());
    ASSERT_TRUE(held.back());
    EXPECT_EQ(held.back()->index, index++);
    digests.push_back(digest(*held.back()));
    if (held.size() < 3) continue;
    for (std::size_t h = 0; h < 3; ++h) EXPECT_EQ(digest(*held[h]), digests[h]);
    std::swap(held[0], held[1]);
    std::swap(digests[0], digests[1]);
    held.erase(held.begin());  // the middle one
    digests.erase(digests.begin());
  }
}

TEST(FlowOrder, AskingForMoreThanThereIsMemoryForIsAnErrorNotAHang) {
  const MemoryDataset dataset(40);
  const auto flow = training_flow(dataset, 20, 2);
  BatchLease first = flow->next();
  const BatchLease second = flow->next();
  try {
    static_cast<void>(flow->next());
    FAIL() << "a third batch of two";
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::usage);
    EXPECT_STREQ(error.what(),
                 "all 2 planned batches are on lease; release one before asking for the next, or "
                 "raise prefetch");
  }
  first.release();
  first.release();  // again is nothing
  EXPECT_FALSE(first);
  EXPECT_EQ(flow->next()->index, 2U);
}

TEST(FlowOrder, UsesNoMoreMemoryThanPrefetchBatches) {
  const MemoryDataset dataset(40);
  for (const int prefetch : {1, 2, 5}) {
    const auto flow = training_flow(dataset, 60, prefetch);
    std::set<const std::uint8_t*> memory;
    while (const BatchLease lease = flow->next()) memory.insert(lease->pixels.data());
    EXPECT_LE(memory.size(), static_cast<std::size_t>(prefetch));
  }
}

TEST(FlowOrder, WorkersStopWhenEveryBatchIsFull) {
  const MemoryDataset dataset(40);
  const auto flow = training_flow(dataset, 100, 2);
  const BatchLease lease = flow->next();
  while (flow->statistics().no_free_slot_s == 0) std::this_thread::yield();
  EXPECT_EQ(flow->statistics().samples, 16U);  // two batches of 8, and not one more
}

TEST(FlowOrder, CountsEveryNode) {
  const MemoryDataset dataset(40);
  const auto flow = training_flow(dataset, 7, 2);
  digests(*flow);
  const FlowStatistics all = flow->statistics();
  std::vector<std::string> names;
  for (const NodeStatistics& node : all.nodes) {
    names.push_back(node.name);
    // The planner is asked once a batch and once to learn of the end.
    EXPECT_EQ(node.samples, node.name == "plan" ? 8U : 56U) << node.name;
    EXPECT_GT(node.busy_s, 0) << node.name;
  }
  EXPECT_THAT(names, ::testing::ElementsAre("plan", "read", "decode#0", "crop#0", "flip#0",
                                            "tint#0", "render"));
  EXPECT_EQ(all.samples, 56U);
  EXPECT_EQ(all.batches, 7U);
  EXPECT_EQ(all.workers, 3);
  EXPECT_GT(all.starved_s, 0);
  EXPECT_GE(all.elapsed_s, all.starved_s);
}

TEST(FlowOrder, RefusesWhatCannotWork) {
  const MemoryDataset dataset(40);
  EXPECT_THROW(training_flow(dataset, 1, 0), Error);
  EXPECT_THROW(training_flow(dataset, 1, 1, 0), Error);
}

}  // namespace
}  // namespace vggflow
