#include <gmock/gmock.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <thread>

#include "pipeline/epoch_order.h"
#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

std::vector<Batch> run(const Dataset& dataset, StageList stages, std::uint64_t batches,
                       OnError on_error, int workers = 3) {
  Flow flow(dataset, std::move(stages), plan_training(dataset.size(), training_plan(8, batches)),
            {.seed = 5, .workers = workers, .on_error = on_error});
  std::vector<Batch> all;
  while (const BatchLease lease = flow.next()) all.push_back(*lease);
  return all;
}

std::string error_of(const Dataset& dataset, StageList stages, OnError on_error) {
  try {
    run(dataset, std::move(stages), 5, on_error);
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::data);
    return error.what();
  }
  return "no error";
}

PlacedStage refusing_stage(std::uint64_t id) {
  return placed("picky", Role::augmentation, [id](Sample& sample, Rng&) {
    if (sample.id == id) throw std::runtime_error("not to my taste");
  });
}

TEST(FlowFailures, FailNamesFileStageAndReason) {
  MemoryDataset lost(40);
  lost.lose(7);
  EXPECT_EQ(error_of(lost, training_stages(), OnError::fail), "class/7: read: cannot open");
  MemoryDataset empty(40);
  empty.empty(7);
  EXPECT_EQ(error_of(empty, training_stages(), OnError::fail),
            "class/7: decode: not an image: it is empty");
  MemoryDataset damaged(40);
  damaged.damage(7);
  EXPECT_EQ(error_of(damaged, training_stages(), OnError::fail),
            "class/7: render: the file ends early");
  StageList stages = training_stages();
  stages.push_back(refusing_stage(7));
  EXPECT_EQ(error_of(MemoryDataset(40), stages, OnError::fail), "class/7: picky: not to my taste");
}

TEST(FlowFailures, FailComesAtItsPlaceInTheOrderAndIsTheSameForAnyWorkers) {
  MemoryDataset dataset(40);
  const auto order = epoch_order(5, 0, 40);
  for (const int place : {21, 22, 30}) dataset.damage(order[place]);  // batches 2, 2 and 3
  for (const int workers : {1, 3, 8}) {
    Flow flow(dataset, training_stages(), plan_training(40, training_plan(8, 5)),
              {.seed = 5, .workers = workers, .prefetch = 4});
    EXPECT_TRUE(flow.next());
    EXPECT_TRUE(flow.next());
    for (int again = 0; again < 2; ++again) {
      try {
        static_cast<void>(flow.next());
        FAIL() << "no error";
      } catch (const Error& error) {
        EXPECT_EQ(error.place(), dataset.name(order[21]));
      }
    }
  }
}

TEST(FlowFailures, SkipLeavesZerosThatWeighNothing) {
  MemoryDataset dataset(40);
  dataset.damage(7);
  dataset.lose(20);
  const auto good = run(MemoryDataset(40), training_stages(), 5, OnError::skip);
  const auto batches = run(dataset, training_stages(), 5, OnError::skip);
  int failed = 0;
  for (std::size_t b = 0; b < batches.size(); ++b) {
    EXPECT_EQ(batches[b].ids, good[b].ids);
    EXPECT_EQ(batches[b].labels, good[b].labels);
    for (int n = 0; n < 8; ++n) {
      const ConstImageView slot = batches[b].slot(n);
      const std::vector<std::uint8_t> pixels(slot.data, slot.data + batches[b].slot_bytes());
      if (batches[b].ids[n] != 7 && batches[b].ids[n] != 20) {
        EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), good[b].slot(n).data));
        EXPECT_EQ(batches[b].weights[n], 1.0F);
        continue;
      }
      ++failed;
      EXPECT_THAT(pixels, Each(0));
      EXPECT_EQ(batches[b].weights[n], 0.0F);
      EXPECT_EQ(batches[b].colour[n], ColourAffine{});
    }
  }
  EXPECT_EQ(failed, 2);
}

TEST(FlowFailures, AreListedOnceSortedById) {
  MemoryDataset dataset(16);
  dataset.damage(9);
  dataset.lose(2);
  Flow flow(dataset, training_stages(), plan_training(16, training_plan(8, 10)),
            {.seed = 5, .workers = 2, .on_error = OnError::skip});
  EXPECT_EQ(digests(flow).size(), 10U);  // five epochs
  const auto failures = flow.failures();
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].id, 2U);
  EXPECT_EQ(failures[0].name, "class/2");
  EXPECT_EQ(failures[0].reason, "read: cannot open");
  EXPECT_EQ(failures[1].id, 9U);
}

TEST(FlowFailures, ComeWithTheFirstBatchOfTheirPlanInTheOrderOfItsJobs) {
  MemoryDataset dataset(16);
  dataset.damage(9);
  dataset.lose(2);
  TrainingPlan plan = training_plan(16, 3);
  plan.parts = 4;
  Flow flow(dataset, training_stages(), plan_training(16, plan),
            {.seed = 5, .workers = 2, .on_error = OnError::skip});
  for (int iteration = 0; iteration < 3; ++iteration) {
    std::vector<std::uint64_t> by_slot;
    std::vector<std::uint64_t> told;
    for (int part = 0; part < 4; ++part) {
      const BatchLease batch = flow.next();
      for (std::size_t n = 0; n < batch->ids.size(); ++n) {
        if (batch->weights[n] == 0) by_slot.push_back(batch->ids[n]);
      }
      EXPECT_TRUE(part == 0 || batch.failures().empty());
      for (const FailedSample& one : batch.failures()) told.push_back(one.id);
    }
    EXPECT_EQ(told.size(), 2U);  // again in each epoch
    EXPECT_EQ(told, by_slot);
  }
}

TEST(FlowFailures, TheReasonKeptIsThatOfTheFirstPlaceNotTheFirstTime) {
  const MemoryDataset dataset(8);
  std::atomic<bool> failed_later{false};
  std::atomic<bool> and_noted{false};
  StageList stages = training_stages();
  stages.push_back(placed("moody", Role::augmentation, [&](Sample& sample, Rng&) {
    if (failed_later) and_noted = true;  // the same worker goes on to its next sample
    if (sample.id != 3 || sample.epoch > 1) return;
    for (int i = 0; sample.epoch == 0 && i < 100000 && !and_noted; ++i) std::this_thread::yield();
    if (sample.epoch == 1) failed_later = true;
    throw std::runtime_error("in epoch " + std::to_string(sample.epoch));
  }));
  Flow flow(dataset, stages, plan_training(8, training_plan(8, 3)),
            {.seed = 5, .workers = 2, .prefetch = 3, .on_error = OnError::skip});
  EXPECT_EQ(digests(flow).size(), 3U);
  EXPECT_TRUE(and_noted);
  ASSERT_EQ(flow.failures().size(), 1U);
  EXPECT_EQ(flow.failures()[0].reason, "moody: in epoch 0");
}

TEST(FlowFailures, LackOfMemoryEndsTheFlowAndBlamesNoImage) {
  const MemoryDataset dataset(40);
  StageList stages = training_stages();
  stages.push_back(placed("greedy", Role::augmentation, [](Sample& sample, Rng&) {
    if (sample.id == 7) throw std::bad_alloc();
  }));
  Flow flow(dataset, stages, plan_training(40, training_plan(8, 5)),
            {.seed = 5, .workers = 3, .on_error = OnError::skip});
  try {
    digests(flow);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::system);
    EXPECT_STREQ(error.what(), "out of memory");
  }
  EXPECT_THROW(static_cast<void>(flow.next()), Error);
  EXPECT_TRUE(flow.failures().empty());
}

TEST(FlowFailures, LackOfMemoryInPlanningBlamesNoImageEither) {
  MemoryDataset dataset(40);
  dataset.on_read = [](std::uint64_t id) {
    if (id == 7) throw std::bad_alloc();
  };
  ScoringPlan plan;
  plan.views = {{View::Kind::whole, 16, 0, false}};
  plan.batch = 8;
  Flow flow(dataset, {decode_stage()}, plan_scoring(dataset, open_memory, plan),
            {.on_error = OnError::skip});
  EXPECT_THROW(digests(flow), Error);
  EXPECT_TRUE(flow.failures().empty());
}

TEST(FlowFailures, SubstituteIsTheNextGoodImageWithItsOwnRandomChoices) {
  const auto order = epoch_order(5, 0, 40);
  MemoryDataset dataset(40);
  dataset.damage(order[3]);
  dataset.lose(order[4]);
  const auto good = run(MemoryDataset(40), training_stages(), 1, OnError::fail).front();
  for (const int workers : {1, 8}) {
    const auto batch = run(dataset, training_stages(), 1, OnError::substitute, workers).front();
    EXPECT_THAT(batch.weights, Each(1.0F));
    for (const int n : {3, 4}) {
      EXPECT_EQ(batch.ids[n], order[5]);
      EXPECT_EQ(batch.labels[n], dataset.label(order[5]));
      EXPECT_EQ(batch.colour[n], good.colour[5]);
      EXPECT_TRUE(std::equal(batch.slot(n).data, batch.slot(n).data + batch.slot_bytes(),
                             good.slot(5).data));
    }
  }
}

/// What a batch holds, as one text a slot; shards give some of the slots each.
void add_slots(const Batch& batch, std::vector<std::string>& all) {
  for (int n = 0; n < batch.shape.slots; ++n) {
    const auto slot = static_cast<std::size_t>(n);
    const std::uint8_t* pixels = batch.slot(n).data;
    all.push_back(std::to_string(batch.ids[slot]) + " " + std::to_string(batch.labels[slot]) + " " +
                  std::to_string(batch.weights[slot]) + " " +
                  std::string(pixels, pixels + batch.slot_bytes()));
  }
}

TEST(FlowFailures, SubstitutesAreTheSameForAnyWorkersPrefetchAndShards) {
  MemoryDataset dataset(40);
  const auto order = epoch_order(5, 0, 40);
  // Beside one another, at the end of a batch and at the end of the epoch, whose next is its first.
  for (const int place : {0, 3, 4, 5, 15, 38, 39}) dataset.damage(order[place]);
  const auto slots = [&](int shards, int workers, int prefetch) {
    std::vector<std::vector<std::string>> batches(10);  // two epochs
    for (int rank = 0; rank < shards; ++rank) {
      TrainingPlan plan = training_plan(8, batches.size());
      plan.shard = {rank, shards};
      Flow flow(
          dataset, training_stages(), plan_training(40, plan),
          {.seed = 5, .workers = workers, .prefetch = prefetch, .on_error = OnError::substitute});
      while (const BatchLease lease = flow.next()) add_slots(*lease, batches.at(lease->index));
    }
    return batches;
  };
  const auto expected = slots(1, 1, 1);
  for (const auto& batch : expected) EXPECT_EQ(batch.size(), 8U);
  for (const int shards : {1, 2, 4}) {
    for (const int workers : {1, 3, 8}) {
      for (const int prefetch : {1, 4}) EXPECT_EQ(slots(shards, workers, prefetch), expected);
    }
  }
}

TEST(FlowFailures, SubstituteGivesUpAfterSixteen) {
  MemoryDataset dataset(40);
  const auto order = epoch_order(5, 0, 40);
  for (int place = 0; place < 17; ++place) dataset.lose(order[place]);
  EXPECT_THAT(error_of(dataset, training_stages(), OnError::substitute),
              AllOf(HasSubstr(std::string(dataset.name(order[0]))),
                    HasSubstr("read: cannot open; 16 substitutes failed too")));
  MemoryDataset one_better(40);
  for (int place = 0; place < 16; ++place) one_better.lose(order[place]);
  EXPECT_EQ(run(one_better, training_stages(), 1, OnError::substitute).front().ids[0], order[16]);
}

TEST(FlowFailures, APictureOfAnotherSizeThanItsSlot) {
  EXPECT_THAT(error_of(MemoryDataset(40), {decode_stage()}, OnError::fail),
              HasSubstr("render: the stages made a picture of 24x16 where the batch has slots of "
                        "8x8"));
}

TEST(FlowFailures, APlannerThatThrowsEndsTheFlowAfterItsLastBatch) {
  class Broken final : public Planner {
   public:
    std::optional<Plan> next() override {
      if (made_++ == 2) throw Error(Origin::system, "the disk is gone");
      return good_->next();
    }
    std::optional<std::uint64_t> substitute(const Job&, int) const override { return {}; }
    const std::vector<View>& views() const override { return good_->views(); }

   private:
    std::unique_ptr<Planner> good_ = plan_training(40, training_plan(8, 5));
    int made_ = 0;
  };
  const MemoryDataset dataset(40);
  Flow flow(dataset, training_stages(), std::make_unique<Broken>(), {.prefetch = 4});
  EXPECT_TRUE(flow.next());
  EXPECT_TRUE(flow.next());
  EXPECT_THROW(static_cast<void>(flow.next()), Error);
}

}  // namespace
}  // namespace vggflow
