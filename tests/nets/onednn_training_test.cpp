// A step of the onednn engine against the reference engine.
#include <gtest/gtest.h>

#include <limits>

#include "tests/nets/engine_cases.h"
#include "tests/nets/onednn_test_support.h"

namespace vggflow {
namespace {

constexpr int kSlots = 3;

class OnednnTraining : public testing::TestWithParam<EngineCase> {
 protected:
  Net net_ = GetParam().net;
  std::unique_ptr<Engine> reference_ = loaded("reference", net_, training_options(kSlots));
  std::unique_ptr<Engine> onednn_ = loaded("onednn", net_, training_options(kSlots));
  std::vector<Engine*> both_{reference_.get(), onednn_.get()};
};

TEST_P(OnednnTraining, GradientsAreTheReferences) {
  const Batch batch = random_batch(kSlots, net_.input, classes(net_));
  for (Engine* engine : both_) engine->accumulate(batch, {4, 100, kSlots});
  expect_near(onednn_->gradients(), reference_->gradients(), "gradient of");
}

TEST_P(OnednnTraining, LossAndErrorsAreTheReferences) {
  train(*reference_, net_, kSlots, 1);
  train(*onednn_, net_, kSlots, 1);
  const auto wanted = reference_->poll();
  const auto got = onednn_->poll();
  ASSERT_TRUE(wanted && got);
  EXPECT_EQ(got->iteration, wanted->iteration);
  EXPECT_NEAR(got->loss, wanted->loss, kTolerance * wanted->loss);
  EXPECT_EQ(got->top1_errors, wanted->top1_errors);
  EXPECT_EQ(got->top5_errors, wanted->top5_errors);
  EXPECT_EQ(got->weight_sum, wanted->weight_sum);
  EXPECT_FALSE(onednn_->poll());
}

TEST_P(OnednnTraining, SeveralStepsOnAnyThreadsLeadToTheReferencesWeights) {
  train(*reference_, net_, kSlots, 3);
  for (const int threads : {1, 2}) {
    const auto onednn = loaded("onednn", net_, training_options(kSlots, threads));
    train(*onednn, net_, kSlots, 3);
    expect_near(onednn->parameters(), reference_->parameters(), "weights");
    expect_near(onednn->state().momenta, reference_->state().momenta, "momentum of");
  }
}

TEST_P(OnednnTraining, GradientsAddUpUntilTheUpdate) {
  for (Engine* engine : both_) {
    for (std::uint64_t part = 0; part < 3; ++part) {
      engine->accumulate(random_batch(kSlots, net_.input, classes(net_), part),
                         {7, part * kSlots, 3 * kSlots});
    }
  }
  expect_near(onednn_->gradients(), reference_->gradients(), "sum of gradients of");
  for (Engine* engine : both_) engine->update({0.02, 0.9, 0});
  EXPECT_EQ(largest(onednn_->gradients().tensors[0].values), 0);
  expect_near(onednn_->parameters(), reference_->parameters(), "weights");
  EXPECT_NEAR(onednn_->poll()->loss, reference_->poll()->loss, 1e-4);
}

TEST_P(OnednnTraining, SmallBatchesEqualALargeOne) {
  Batch large = random_batch(3 * kSlots, net_.input, classes(net_));
  large.weights[1] = 0;
  large.weights[5] = 0.5F;
  constexpr std::uint64_t kPosition = 40;
  constexpr double kWeights = 3 * kSlots - 1.5;
  for (const char* name : {"reference", "onednn"}) {
    const auto whole = loaded(name, net_, training_options(3 * kSlots));
    const auto parts = loaded(name, net_, training_options(kSlots));
    for (std::uint64_t i = 0; i < 2; ++i) {
      whole->accumulate(large, {i, kPosition, kWeights});
      for (int first = 0; first < 3 * kSlots; first += kSlots) {
        parts->accumulate(slots_of(large, first, kSlots),
                          {i, kPosition + static_cast<std::uint64_t>(first), kWeights});
      }
      expect_near(parts->gradients(), whole->gradients(), "gradient of");
      for (Engine* engine : {whole.get(), parts.get()}) engine->update({0.02, 0.9, 5e-3});
      EXPECT_NEAR(parts->poll()->loss, whole->poll()->loss, 1e-4);
    }
    expect_near(parts->parameters(), whole->parameters(), "weights");
  }
}

TEST_P(OnednnTraining, SlotsOfWeightZeroCountForNothing) {
  Batch batch = random_batch(kSlots, net_.input, classes(net_));
  batch.weights[1] = 0;
  batch.labels[1] = -1;
  batch.colour[1].m.fill(std::numeric_limits<float>::quiet_NaN());
  for (Engine* engine : both_) engine->accumulate(batch, {0, 0, kSlots - 1});
  expect_near(onednn_->gradients(), reference_->gradients(), "gradient of");
  for (Engine* engine : both_) engine->update({0.02, 0.9, 0});
  EXPECT_EQ(onednn_->poll()->weight_sum, kSlots - 1);
}

TEST_P(OnednnTraining, ScoringInBetweenChangesNothing) {
  const auto other = loaded("onednn", net_, training_options(kSlots));
  const Batch batch = random_batch(kSlots, net_.input, classes(net_));
  Scores scores;
  for (int i = 0; i < 2; ++i) {
    for (Engine* engine : {onednn_.get(), other.get()}) {
      engine->accumulate(batch, {0, 0, kSlots});
      if (engine == other.get()) engine->score(batch, scores);
      engine->update({0.02, 0.9, 5e-4});
    }
  }
  expect_same(other->parameters(), onednn_->parameters(), "weights");
}

INSTANTIATE_TEST_SUITE_P(Nets, OnednnTraining, testing::ValuesIn(engine_cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace vggflow
