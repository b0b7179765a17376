#include "pipeline/batch_stage.h"

#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "tests/pipeline/batch_stage_fixture.h"
#include "tests/pipeline/flow_fixtures.h"

// The time limit of every test (ctest's) is what turns a hang into a failure.
namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures
using ::testing::HasSubstr;

struct Feed {
  int workers = 3;
  int prefetch = 3;
  int parts = 1;
  std::optional<std::uint64_t> batches = 12;
  std::shared_ptr<SpanLog> spans = {};
};

std::unique_ptr<Flow> flow_through(const Dataset& dataset, MakeBatchStage stage, Feed feed = {}) {
  TrainingPlan plan = training_plan(16, 0);
  plan.parts = feed.parts;
  plan.batches = feed.batches;
  return std::make_unique<Flow>(dataset, training_stages(), plan_training(dataset.size(), plan),
                                FlowOptions{.workers = feed.workers,
                                            .prefetch = feed.prefetch,
                                            .batch_stage = std::move(stage),
                                            .spans = feed.spans});
}

std::string error_of(Flow& flow) {
  try {
    while (flow.next()) {
    }
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void sleep_us(unsigned us) { std::this_thread::sleep_for(std::chrono::microseconds(us)); }

/// Hands batches on from threads of their own, in any order.
class ScatteringStage final : public BatchStage {
 public:
  ~ScatteringStage() override {
    for (std::thread& thread : threads_) thread.join();
  }
  void start(StagedBatch&& batch) override {
    threads_.emplace_back([staged = std::move(batch), us = random_() % 2000]() mutable {
      sleep_us(us);
      staged.hand_on();
    });
  }
  NodeStatistics statistics() const override { return {"scattering", 0, 0}; }

 private:
  std::mt19937 random_{3};
  std::vector<std::thread> threads_;
};

/// Loses the second batch, or throws at it.
class BrokenStage final : public BatchStage {
 public:
  explicit BrokenStage(bool throws) : throws_(throws) {}
  void start(StagedBatch&& batch) override {
    if (++started_ == 1) return batch.hand_on();
    if (throws_) throw Error(Origin::engine, "cannot start");
    const StagedBatch lost = std::move(batch);
  }
  NodeStatistics statistics() const override { return {"broken", 0, 0}; }

 private:
  bool throws_;
  int started_ = 0;
};

TEST(BatchStage, BatchesAndTheirOrderAreThoseOfAFlowWithoutIt) {
  const MemoryDataset dataset(60);
  for (const int prefetch : {1, 2, 5}) {
    for (const int parts : {1, 4}) {
      const auto thread = flow_through(dataset, stage_of(), {.prefetch = prefetch, .parts = parts});
      const auto scattering =
          flow_through(dataset, [](auto) { return std::make_unique<ScatteringStage>(); },
                       {.prefetch = prefetch, .parts = parts});
      const auto plain = flow_through(dataset, {}, {.parts = parts});
      const std::vector<std::string> expected = digests(*plain);
      EXPECT_EQ(expected.size(), 12U * static_cast<unsigned>(parts));
      EXPECT_EQ(digests(*thread), expected);
      EXPECT_EQ(digests(*scattering), expected);
    }
  }
}

TEST(BatchStage, GetsFullBatchesInTheirOrder) {
  const MemoryDataset dataset(60);
  std::uint64_t next = 0;
  FakeDevice device;
  device.apply = [&](Batch& batch) {
    EXPECT_EQ(batch.index, next++);
    EXPECT_THAT(batch.weights, ::testing::Each(1.0F));
  };
  const auto flow = flow_through(dataset, stage_of(device), {.workers = 4, .prefetch = 4});
  EXPECT_EQ(digests(*flow).size(), 12U);
  EXPECT_EQ(next, 12U);
}

TEST(BatchStage, TheConsumerGetsABatchOnlyOnceTheStageIsDoneWithIt) {
  const MemoryDataset dataset(60);
  std::atomic<std::int64_t> done{-1};
  FakeDevice device;
  device.apply = [&](Batch& batch) {
    sleep_us(500);
    done = static_cast<std::int64_t>(batch.index);
  };
  const auto flow = flow_through(dataset, stage_of(device));
  while (const BatchLease lease = flow->next()) {
    EXPECT_GE(done, static_cast<std::int64_t>(lease->index));
  }
}

TEST(BatchStage, HasTheBatchesOfPrefetchPlansAtMost) {
  const MemoryDataset dataset(60);
  for (const int prefetch : {1, 2, 3}) {
    std::atomic<std::int64_t> begun{0};
    FakeDevice device;
    device.apply = [&](Batch&) { ++begun; };
    const auto flow = flow_through(dataset, stage_of(device), {.prefetch = prefetch});
    std::int64_t released = 0;
    while (const BatchLease lease = flow->next()) {
      sleep_us(300);
      EXPECT_LE(begun, released + prefetch);
      ++released;
    }
    EXPECT_EQ(released, 12);
  }
}

TEST(BatchStage, AllPartsOfAnIterationMayBeOnLease) {
  const MemoryDataset dataset(60);
  const auto flow = flow_through(dataset, stage_of(), {.prefetch = 2, .parts = 4, .batches = 3});
  for (int iteration = 0; iteration < 3; ++iteration) {
    std::vector<BatchLease> parts;
    for (int part = 0; part < 4; ++part) parts.push_back(flow->next());
    for (const BatchLease& part : parts) EXPECT_TRUE(part);
  }
  EXPECT_FALSE(flow->next());
}

TEST(BatchStage, WithEveryBatchOnLeaseNextIsAnError) {
  const MemoryDataset dataset(60);
  const auto flow = flow_through(dataset, stage_of(), {.prefetch = 2});
  const BatchLease first = flow->next();
  const BatchLease second = flow->next();
  EXPECT_THAT(error_of(*flow), HasSubstr("all 2 planned batches are on lease"));
}

TEST(BatchStage, AReleasedBatchLetsGoOfItsDevice) {
  const MemoryDataset dataset(60);
  const auto on_device = std::make_shared<int>(0);
  FakeDevice device;
  device.apply = [&](Batch& batch) {  // a DeviceBatch is known to CUDA builds alone
    batch.device = std::shared_ptr<const cuda::DeviceBatch>(
        on_device, reinterpret_cast<const cuda::DeviceBatch*>(on_device.get()));
  };
  auto flow = flow_through(dataset, stage_of(device), {.prefetch = 1, .batches = 2});
  BatchLease lease = flow->next();
  EXPECT_NE(lease->device, nullptr);
  lease.release();
  lease = flow->next();  // the last one: nothing is planned into its cell any more
  lease.release();
  EXPECT_FALSE(flow->next());
  EXPECT_EQ(on_device.use_count(), 1);
}

TEST(BatchStage, ItsErrorEndsTheFlow) {
  const MemoryDataset dataset(60);
  FakeDevice device;
  device.apply = [](Batch& batch) {
    if (batch.index == 4) throw Error(Origin::engine, "the card fell off the bus");
  };
  const auto flow = flow_through(dataset, stage_of(device));
  EXPECT_EQ(error_of(*flow), "the card fell off the bus");
  EXPECT_EQ(error_of(*flow), "the card fell off the bus");
  flow->cancel();
  EXPECT_FALSE(flow->next());
}

TEST(BatchStage, AFailureToStartIsTheFlowsError) {
  const MemoryDataset dataset(60);
  const auto throwing =
      flow_through(dataset, [](auto) { return std::make_unique<BrokenStage>(true); });
  EXPECT_EQ(error_of(*throwing), "cannot start");
}

TEST(BatchStage, ALostBatchIsAnErrorNotAWait) {
  const MemoryDataset dataset(60);
  const auto losing =
      flow_through(dataset, [](auto) { return std::make_unique<BrokenStage>(false); });
  EXPECT_EQ(error_of(*losing), "a batch was lost on its way");
}

TEST(BatchStage, AStageThatCannotBeMadeIsTheConstructorsError) {
  const MemoryDataset dataset(60);
  const MakeBatchStage none = [](auto) -> std::unique_ptr<BatchStage> {
    throw Error(Origin::engine, "there is no card");
  };
  EXPECT_THROW(flow_through(dataset, none), Error);
}

TEST(BatchStage, AFailedImageFailsAtItsBatchAsEver) {
  MemoryDataset dataset(60);
  const auto plain = flow_through(dataset, {});
  std::vector<std::uint64_t> ids;
  for (int n = 0; n < 3; ++n) ids = plain->next()->ids;
  dataset.damage(ids[5]);
  const auto flow = flow_through(dataset, stage_of());
  EXPECT_TRUE(flow->next());
  EXPECT_TRUE(flow->next());
  EXPECT_THAT(error_of(*flow), HasSubstr("the file ends early"));
}

TEST(BatchStage, StatisticsCountItsWorkAndNotItsWaits) {
  const MemoryDataset dataset(60);
  FakeDevice device;
  device.make_room = [] { sleep_us(20'000); };
  device.apply = [](Batch&) { sleep_us(1'000); };
  const auto flow = flow_through(dataset, stage_of(device), {.batches = 4});
  digests(*flow);
  const FlowStatistics seen = flow->statistics();
  ASSERT_EQ(seen.nodes.back().name, "fake");
  EXPECT_EQ(seen.nodes.back().samples, 4U * 16U);
  EXPECT_EQ(seen.samples, 4U * 16U);
  EXPECT_GE(seen.nodes.back().busy_s, 4 * 1e-3);
  EXPECT_LE(seen.nodes.back().busy_s, seen.elapsed_s - 4 * 20e-3);
}

TEST(BatchStage, SpansAreToldOfNodesAndStage) {
  const MemoryDataset dataset(60);
  const auto spans = std::make_shared<SpanLog>();
  auto flow = flow_through(dataset, stage_of(), {.batches = 3, .spans = spans});
  digests(*flow);
  flow.reset();
  std::map<std::string, int> of_row;
  int renders = 0;
  for (const TimedSpan& span : spans->take()) {
    ++of_row[span.row];
    renders += span.name == "render" ? 1 : 0;
    EXPECT_LE(span.begin, span.end);
  }
  EXPECT_EQ(of_row["fake"], 3);
  EXPECT_EQ(renders, 3 * 16);
  EXPECT_GT(of_row["worker 1"], 0);
}

TEST(BatchStage, DestroyEndsAWaitOfTheStage) {
  const MemoryDataset dataset(60);
  for (int round = 0; round < 6; ++round) {
    const auto stopped = std::make_shared<std::atomic<bool>>(false);
    const auto waits = std::make_shared<std::atomic<bool>>(false);
    FakeDevice device;
    device.make_room = [=] {
      *waits = true;
      stopped->wait(false);
      throw Error(Origin::stopped, "stopped");
    };
    device.stop = [=] {
      *stopped = true;
      stopped->notify_all();
    };
    auto flow = flow_through(dataset, stage_of(device));
    while (round % 2 == 0 && !*waits) std::this_thread::yield();
    flow.reset();
    EXPECT_TRUE(*stopped);
  }
}

TEST(BatchStage, ALeaseMayOutliveItsFlow) {
  const MemoryDataset dataset(60);
  auto flow = flow_through(dataset, stage_of());
  BatchLease lease = flow->next();
  const std::string before = digest(*lease);
  flow.reset();
  EXPECT_EQ(digest(*lease), before);
  lease.release();
}

/// Starts, draws, throws, cancels and destroys with batches outstanding, at random.
TEST(BatchStage, AnythingAtAnyMoment) {
  const MemoryDataset dataset(60);
  std::mt19937 random(4);
  for (int round = 0; round < 60; ++round) {
    const int prefetch = 1 + round % 4;
    FakeDevice device;
    device.apply = [us = random() % 400, bad = random() % 12](Batch& batch) {
      sleep_us(us);
      if (batch.index == bad) throw Error(Origin::engine, "thrown in the stage");
    };
    MakeBatchStage stage = stage_of(device);
    if (round % 5 == 4) stage = [](auto) { return std::make_unique<ScatteringStage>(); };
    auto flow = flow_through(dataset, std::move(stage),
                             {.workers = 1 + round % 3, .prefetch = prefetch, .batches = {}});
    std::vector<BatchLease> leases;
    std::thread other([&, us = random() % 1500, cancels = round % 2 == 0] {
      sleep_us(us);
      if (cancels) flow->cancel();
    });
    try {
      for (auto batches = random() % 8; batches > 0; --batches) {
        BatchLease lease = flow->next();
        if (std::ssize(leases) + 1 < prefetch) leases.push_back(std::move(lease));
      }
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "thrown in the stage");
    }
    other.join();
    if (round % 3 == 0) leases.clear();
    flow.reset();
  }
}

}  // namespace
}  // namespace vggflow
