#include <gmock/gmock.h>

#include <chrono>
#include <optional>
#include <random>
#include <thread>

#include "tests/pipeline/flow_fixtures.h"

// The time limit of every test (ctest's) is what turns a hang into a failure.
namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures

std::unique_ptr<Flow> endless_flow(const Dataset& dataset, int workers, int prefetch,
                                   StageList stages = training_stages()) {
  TrainingPlan plan = training_plan(16, 0);
  plan.batches.reset();
  return std::make_unique<Flow>(dataset, std::move(stages), plan_training(dataset.size(), plan),
                                FlowOptions{.workers = workers, .prefetch = prefetch});
}

std::chrono::microseconds moment(std::mt19937& random) {
  return std::chrono::microseconds(random() % 1500);
}

TEST(FlowStop, CancelFromAnotherThreadAtAnyMoment) {
  const MemoryDataset dataset(60);
  std::mt19937 random(1);
  for (int round = 0; round < 100; ++round) {
    const auto flow = endless_flow(dataset, 1 + round % 4, 1 + round % 3);
    std::thread other([&, wait = moment(random)] {
      std::this_thread::sleep_for(wait);
      flow->cancel();
    });
    while (const BatchLease lease = flow->next()) EXPECT_EQ(lease->shape.slots, 16);
    EXPECT_FALSE(flow->next());
    other.join();
  }
}

TEST(FlowStop, DestroyAtAnyMoment) {
  const MemoryDataset dataset(60);
  std::mt19937 random(2);
  for (int round = 0; round < 24; ++round) {
    const auto flow = endless_flow(dataset, 1 + round % 4, 1 + round % 3);
    for (int batches = round % 5; batches > 0; --batches) EXPECT_TRUE(flow->next());
    std::this_thread::sleep_for(moment(random));
  }
}

TEST(FlowStop, DestroyWaitsForSamplesBeingWorkedOnNotForThosePlanned) {
  const MemoryDataset dataset(60);
  std::atomic<int> started{0};
  StageList stages = training_stages();
  stages.push_back(placed("slow", Role::augmentation, [&](Sample&, Rng&) {
    ++started;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }));
  auto flow = endless_flow(dataset, 2, 4, stages);
  while (started == 0) std::this_thread::yield();
  flow->cancel();
  const int before = started;
  flow.reset();
  EXPECT_LE(started, before + 2);  // of 64 planned
}

TEST(FlowStop, CancelEndsTheLookAtAWindowOfHeaders) {
  MemoryDataset dataset(500);
  std::atomic<int> reads{0};
  std::atomic<bool> go_on{false};
  dataset.on_read = [&](std::uint64_t) {
    if (++reads == 3) go_on.wait(false);
  };
  ScoringPlan plan;
  plan.views = {{View::Kind::whole, 16, 0, false}};
  plan.batch = 8;
  auto flow = std::make_unique<Flow>(dataset, StageList{decode_stage()},
                                     plan_scoring(dataset, open_memory, plan), FlowOptions{});
  while (reads < 3) std::this_thread::yield();
  flow->cancel();
  go_on = true;
  go_on.notify_all();
  flow.reset();
  EXPECT_EQ(reads, 3);  // of a window of 256
}

TEST(FlowStop, AnExceptionInTheConsumerUnwindsALeaseAndTheFlow) {
  const MemoryDataset dataset(60);
  for (int round = 0; round < 20; ++round) {
    EXPECT_THROW(
        {
          const auto flow = endless_flow(dataset, 2, 2);
          const BatchLease lease = flow->next();
          throw std::runtime_error("the consumer's own");
        },
        std::runtime_error);
  }
}

TEST(FlowStop, LeaseStaysWholeAfterCancel) {
  const MemoryDataset dataset(60);
  const auto flow = endless_flow(dataset, 2, 2);
  const BatchLease lease = flow->next();
  const std::string before = digest(*lease);
  flow->cancel();
  EXPECT_EQ(digest(*lease), before);
  EXPECT_FALSE(flow->next());
}

TEST(FlowStop, ALeaseMayOutliveItsFlow) {
  const MemoryDataset dataset(60);
  auto flow = endless_flow(dataset, 2, 2);
  BatchLease lease = flow->next();
  const std::string before = digest(*lease);
  flow.reset();
  EXPECT_EQ(digest(*lease), before);
  lease = BatchLease();
}

/// Starts, draws, throws in stages, cancels and destroys with batches outstanding, at random.
TEST(FlowStop, AnythingAtAnyMomentOverWorkersAndPrefetch) {
  const MemoryDataset dataset(60);
  std::mt19937 random(4);
  for (int round = 0; round < 120; ++round) {
    const int workers = 1 + round % 4 * (1 + round % 3);
    const int prefetch = 1 << round % 3;
    const std::uint64_t bad = random() % 200;  // of an image, or of none
    StageList stages = training_stages();
    stages.push_back(placed("thrower", Role::augmentation, [bad](Sample& sample, Rng&) {
      if (sample.id == bad) throw std::runtime_error("thrown in a stage");
    }));
    auto flow = endless_flow(dataset, workers, prefetch, stages);
    std::vector<BatchLease> leases;
    std::thread other([&, wait = moment(random), cancels = round % 2 == 0] {
      std::this_thread::sleep_for(wait);
      if (cancels) flow->cancel();
    });
    try {
      for (int batches = static_cast<int>(random() % 6); batches > 0; --batches) {
        BatchLease lease = flow->next();
        if (std::ssize(leases) + 1 < prefetch) leases.push_back(std::move(lease));
      }
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr("thrown in a stage"));
    }
    other.join();
    flow.reset();
  }
}

TEST(FlowStop, CancelAfterAFailureEndsQuietly) {
  MemoryDataset dataset(16);
  for (int id = 0; id < 16; ++id) dataset.lose(id);
  const auto flow = endless_flow(dataset, 2, 2);
  EXPECT_THROW(static_cast<void>(flow->next()), Error);
  flow->cancel();
  EXPECT_FALSE(flow->next());
}

}  // namespace
}  // namespace vggflow
