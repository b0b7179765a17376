#include <gmock/gmock.h>

#include <algorithm>
#include <condition_variable>
#include <thread>

#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures
using ::testing::Each;

constexpr std::size_t kImages = 75;

std::vector<std::string> digests_of(const TrainingPlan& plan, const FlowOptions& options,
                                    StageList stages = training_stages()) {
  const MemoryDataset dataset(kImages);
  Flow flow(dataset, std::move(stages), plan_training(dataset.size(), plan), options);
  return digests(flow);
}

/// Holds samples back until as many threads as wanted have come: no thread can do the work of two.
class Gate {
 public:
  explicit Gate(int wanted) : wanted_(static_cast<std::size_t>(wanted)) {}
  void pass() {
    std::unique_lock lock(mutex_);
    threads_.insert(std::this_thread::get_id());
    most_inside_ = std::max(most_inside_, ++inside_);
    all_here_.notify_all();
    // A limit, so that a flow with too few threads fails the test instead of hanging it.
    all_here_.wait_for(lock, std::chrono::seconds(20), [&] { return threads_.size() >= wanted_; });
    --inside_;
  }
  /// The most threads that were here at once. Over time more may come: TBB lets one of its threads
  /// take the place of another.
  int most_inside() {
    const std::lock_guard lock(mutex_);
    return most_inside_;
  }

 private:
  std::size_t wanted_;
  std::mutex mutex_;
  std::condition_variable all_here_;
  std::set<std::thread::id> threads_;
  int inside_ = 0;
  int most_inside_ = 0;
};

TEST(FlowSameBits, ForAnyWorkersAndPrefetch) {
  const TrainingPlan plan = training_plan(16, 13);
  const auto expected = digests_of(plan, {.seed = 5, .workers = 1, .prefetch = 1});
  ASSERT_EQ(expected.size(), 13U);
  EXPECT_EQ(std::set(expected.begin(), expected.end()).size(), 13U);
  for (const int workers : {1, 2, 3, 8}) {
    for (const int prefetch : {1, 2, 4}) {
      SCOPED_TRACE(std::to_string(workers) + " workers, prefetch " + std::to_string(prefetch));
      const MemoryDataset dataset(kImages);
      const auto gate = std::make_shared<Gate>(workers);
      StageList stages = training_stages();
      stages.push_back(placed("gate", Role::augmentation, [gate](Sample&, Rng&) { gate->pass(); }));
      Flow flow(dataset, stages, plan_training(dataset.size(), plan),
                {.seed = 5, .workers = workers, .prefetch = prefetch});
      EXPECT_EQ(digests(flow), expected);
      EXPECT_EQ(gate->most_inside(), workers);
      EXPECT_GE(flow.statistics().threads_seen, workers);
    }
  }
}

TEST(FlowSameBits, TwoFlowsAtOnceHaveTheirThreadsEach) {
  const MemoryDataset dataset(kImages);
  const auto gated = [&](const std::shared_ptr<Gate>& gate, int workers) {
    return std::make_unique<Flow>(
        dataset,
        StageList{decode_stage(), crop_stage(kSide),
                  placed("gate", Role::augmentation, [gate](Sample&, Rng&) { gate->pass(); })},
        plan_training(dataset.size(), training_plan(16, 4)), FlowOptions{.workers = workers});
  };
  const auto six = std::make_shared<Gate>(6);
  const auto one = std::make_shared<Gate>(1);
  const auto wide = gated(six, 6);
  const auto narrow = gated(one, 1);
  digests(*narrow);
  digests(*wide);
  EXPECT_EQ(six->most_inside(), 6);
  EXPECT_EQ(one->most_inside(), 1);
}

TEST(FlowSameBits, StartInTheMiddleIsTheTailOfAWholeRun) {
  TrainingPlan plan = training_plan(16, 11);  // 4 batches an epoch
  const FlowOptions options{.seed = 5, .workers = 3};
  const auto whole = digests_of(plan, options);
  for (const std::uint64_t first : {1, 4, 6, 10}) {
    plan.first_batch = first;
    const auto from = whole.begin() + static_cast<std::ptrdiff_t>(first);
    EXPECT_EQ(digests_of(plan, options), std::vector<std::string>(from, whole.end()));
  }
}

TEST(FlowSameBits, ShardsJoinedAreTheGlobalBatch) {
  const MemoryDataset dataset(kImages);
  const auto run = [&](Shard shard) {
    TrainingPlan plan = training_plan(16, 6);
    plan.shard = shard;
    Flow flow(dataset, training_stages(), plan_training(dataset.size(), plan),
              {.seed = 5, .workers = 2});
    std::vector<Batch> batches;
    while (const BatchLease lease = flow.next()) batches.push_back(*lease);
    return batches;
  };
  const auto add = [](auto& all, const auto& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  const auto whole = run({0, 1});
  for (const int count : {2, 4}) {
    std::vector<Batch> joined(whole.size());
    for (int rank = 0; rank < count; ++rank) {
      const auto part = run({rank, count});
      for (std::size_t b = 0; b < part.size(); ++b) {
        EXPECT_EQ(part[b].first_position, whole[b].first_position + joined[b].ids.size());
        add(joined[b].pixels, part[b].pixels);
        add(joined[b].labels, part[b].labels);
        add(joined[b].ids, part[b].ids);
        add(joined[b].weights, part[b].weights);
        add(joined[b].colour, part[b].colour);
      }
    }
    for (std::size_t b = 0; b < whole.size(); ++b) EXPECT_EQ(digest(joined[b]), digest(whole[b]));
  }
}

TEST(FlowSameBits, ReplacingOneStageLeavesTheChoicesOfTheOthers) {
  const MemoryDataset dataset(kImages);
  const auto crops = [&](StageList stages) {
    std::mutex mutex;
    std::map<std::pair<std::uint64_t, std::uint32_t>, std::uint32_t> drawn;  // by id and epoch
    stages.push_back(placed("watched", Role::augmentation, [&](Sample& sample, Rng& rng) {
      const std::lock_guard lock(mutex);
      drawn[{sample.id, sample.epoch}] = rng.bits();
    }));
    Flow flow(dataset, stages, plan_training(dataset.size(), training_plan(16, 6)), {.workers = 2});
    digests(flow);
    return drawn;
  };
  const auto plain = crops({decode_stage(), crop_stage(kSide)});
  EXPECT_EQ(plain.size(), 96U);
  EXPECT_EQ(crops(training_stages()), plain);
}

TEST(FlowSameBits, PixelsAndWeightsAreThoseOfTheSample) {
  const MemoryDataset dataset(kImages);
  const auto corner = placed("corner", Role::geometry, [](Sample& sample, Rng&) {
    sample.picture.crop({3, 2, kSide, kSide});
  });
  Flow flow(dataset, {decode_stage(), corner}, plan_training(kImages, training_plan(16, 2)), {});
  while (const BatchLease lease = flow.next()) {
    EXPECT_THAT(lease->weights, Each(1.0F));
    for (int n = 0; n < 16; ++n) {
      EXPECT_EQ(lease->labels[n], dataset.label(lease->ids[n]));
      EXPECT_EQ(lease->slot(n).at(1, 4)[2], memory_pixel(lease->ids[n], 4, 6, 2));
    }
  }
  EXPECT_EQ(dataset.announced, 32);
}

}  // namespace
}  // namespace vggflow
