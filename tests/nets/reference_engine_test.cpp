#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "tests/nets/reference_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using ::testing::Property;
using ::testing::Throws;

TEST(ReferenceEngineTest, ParametersAndStateComeBackAsLoaded) {
  const Net net = tiny_net();
  const auto engine = make_engine("reference", net, {});
  const Parameters parameters = random_parameters(net);
  engine->load(parameters);
  engine->restore({random_parameters(net, 9)});
  EXPECT_TRUE(equal(engine->parameters(), parameters));
  EXPECT_TRUE(equal(engine->state().momenta, random_parameters(net, 9)));
}

TEST(ReferenceEngineTest, UpdateIsTheStepOfRates) {
  const auto engine = engine_of(tiny_net(), {.batch = 2});
  const Batch batch = random_batch(2, {6, 4}, 7);
  const Rates rates{0.1, 0.8, 0.01};
  Parameters w = engine->parameters();
  Parameters v = engine->state().momenta;
  for (std::uint64_t iteration = 0; iteration < 3; ++iteration) {
    engine->accumulate(batch, step_of(batch, iteration));
    const Parameters g = engine->gradients();
    engine->update(rates);
    for (std::size_t i = 0; i < w.tensors.size(); ++i) {
      for (std::size_t j = 0; j < w.tensors[i].values.size(); ++j) {
        float& wij = w.tensors[i].values[j];
        float& vij = v.tensors[i].values[j];
        vij = 0.8F * vij - 0.1F * (g.tensors[i].values[j] + 0.01F * wij);
        wij += vij;
      }
    }
    expect_equal(engine->parameters(), w, 1e-6F);
    expect_equal(engine->state().momenta, v, 1e-6F);
  }
}

TEST(ReferenceEngineTest, UpdateClearsTheGradients) {
  const auto engine = engine_of(tiny_net(), {.batch = 2});
  const Batch batch = random_batch(2, {6, 4}, 7);
  engine->accumulate(batch, step_of(batch));
  EXPECT_FALSE(equal(engine->gradients(), zero_parameters(tiny_net())));
  engine->update({});
  EXPECT_TRUE(equal(engine->gradients(), zero_parameters(tiny_net())));
}

TEST(ReferenceEngineTest, AccumulationEqualsTheLargeBatchWithDropoutAndWeights) {
  const Net net = tiny_net(0.5);
  Batch whole = random_batch(6, {6, 4}, 7);
  whole.weights = {1, 0.5, 1, 0, 1, 2};
  const auto at_once = engine_of(net, {.batch = 6, .seed = 8});
  const auto in_parts = engine_of(net, {.batch = 2, .seed = 8});
  at_once->accumulate(whole, step_of(whole, 4, 100));
  for (const int first : {0, 2, 4}) {
    Step step = step_of(whole, 4, 100);
    step.first_position += static_cast<std::uint64_t>(first);
    in_parts->accumulate(slots_of(whole, first, 2), step);
  }
  expect_equal(in_parts->gradients(), at_once->gradients(), 1e-7F);

  at_once->update({});
  in_parts->update({});
  const StepResult a = at_once->poll().value();
  const StepResult b = in_parts->poll().value();
  EXPECT_EQ(b.iteration, 4U);
  EXPECT_NEAR(b.loss, a.loss, 1e-12);
  EXPECT_EQ(b.top1_errors, a.top1_errors);
  EXPECT_EQ(b.top5_errors, a.top5_errors);
  EXPECT_EQ(b.weight_sum, 5.5);
}

/// Two processes that hold the same samples.
class Twins final : public Communicator {
 public:
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 2; }
  void start_sum(std::span<float> values) override { twice(values); }
  void wait() override {}
  void sum(std::span<double> values) override { twice(values); }
  void barrier() override {}

 private:
  static void twice(auto values) {
    for (auto& v : values) v *= 2;
  }
};

TEST(ReferenceEngineTest, UpdateSumsOverTheProcesses) {
  const Batch batch = random_batch(2, {6, 4}, 7);
  const auto alone = engine_of(tiny_net(), {.batch = 2});
  const auto twin = engine_of(tiny_net(), {.batch = 2, .communicator = std::make_shared<Twins>()});
  Step step = step_of(batch);
  alone->accumulate(batch, step);
  step.weight_sum *= 2;  // of the global batch
  twin->accumulate(batch, step);
  alone->update({.rate = 0.1});
  twin->update({.rate = 0.1});
  expect_equal(twin->parameters(), alone->parameters(), 1e-7F);
  const StepResult a = alone->poll().value();
  const StepResult b = twin->poll().value();
  EXPECT_NEAR(b.loss, a.loss, 1e-12);
  EXPECT_EQ(b.top1_errors, 2 * a.top1_errors);
  EXPECT_EQ(b.weight_sum, 4);
}

TEST(ReferenceEngineTest, SkippedSlotsDoNotCountWhateverTheyHold) {
  const Net net = tiny_net();
  Batch batch = random_batch(3, {6, 4}, 7);
  batch.weights[1] = 0;
  batch.labels[1] = -1;
  batch.colour[1].m.fill(NAN);
  const auto with = engine_of(net, {.batch = 3});
  with->accumulate(batch, {0, 0, 2});
  const auto without = engine_of(net, {.batch = 1});
  without->accumulate(slots_of(batch, 0, 1), {0, 0, 2});
  without->accumulate(slots_of(batch, 2, 1), {0, 2, 2});
  expect_equal(with->gradients(), without->gradients(), 1e-7F);
}

TEST(ReferenceEngineTest, ABatchOfSkippedSlotsHasNoGradient) {
  const auto engine = engine_of(tiny_net(), {.batch = 2});
  Batch batch = random_batch(2, {6, 4}, 7);
  batch.weights = {0, 0};
  engine->accumulate(batch, step_of(batch));
  EXPECT_TRUE(equal(engine->gradients(), zero_parameters(tiny_net())));
  engine->update({.rate = 0.1});
  const StepResult result = engine->poll().value();
  EXPECT_EQ(result.loss, 0);
  EXPECT_EQ(result.weight_sum, 0);
}

TEST(ReferenceEngineTest, DropoutIsKeyedByIterationPositionAndSeed) {
  const Batch batch = random_batch(2, {6, 4}, 7);
  const auto gradients = [&](std::uint64_t seed, std::uint64_t iteration, std::uint64_t position) {
    const auto engine = engine_of(tiny_net(0.5), {.batch = 2, .seed = seed});
    engine->accumulate(batch, step_of(batch, iteration, position));
    return engine->gradients();
  };
  EXPECT_TRUE(equal(gradients(1, 2, 3), gradients(1, 2, 3)));
  EXPECT_FALSE(equal(gradients(1, 2, 3), gradients(2, 2, 3)));
  EXPECT_FALSE(equal(gradients(1, 2, 3), gradients(1, 3, 3)));
  EXPECT_FALSE(equal(gradients(1, 2, 3), gradients(1, 2, 4)));
}

TEST(ReferenceEngineTest, ResultsComeInOrderAfterUpdateOnly) {
  const auto engine = engine_of(tiny_net(), {.batch = 2});
  const Batch batch = random_batch(2, {6, 4}, 7);
  engine->accumulate(batch, step_of(batch, 6));
  EXPECT_FALSE(engine->poll());
  engine->update({});
  engine->accumulate(batch, step_of(batch, 7));
  engine->update({});
  EXPECT_EQ(engine->poll().value().iteration, 6U);
  EXPECT_EQ(engine->poll().value().iteration, 7U);
  EXPECT_FALSE(engine->poll());
}

/// A net whose scores are its biases alone.
std::unique_ptr<Engine> constant_scores(const std::vector<float>& scores) {
  const Net net{"n", {1, 1}, {FullyConnected{"fc", static_cast<int>(scores.size())}}};
  auto engine = make_engine("reference", net, {.batch = 1});
  Parameters parameters = zero_parameters(net);
  parameters.find("fc.bias")->values = scores;
  engine->load(parameters);
  return engine;
}

StepResult result_for_label(const std::vector<float>& scores, int label) {
  const auto engine = constant_scores(scores);
  Batch batch = random_batch(1, {1, 1}, 1);
  batch.labels[0] = label;
  engine->accumulate(batch, step_of(batch));
  engine->update({});
  return engine->poll().value();
}

TEST(ReferenceEngineTest, TiesGoToTheLowerClass) {
  const std::vector<float> scores{0, 1, 1, 1, 1, 1, 1};
  EXPECT_EQ(result_for_label(scores, 1).top1_errors, 0);
  EXPECT_EQ(result_for_label(scores, 2).top1_errors, 1);
  EXPECT_EQ(result_for_label(scores, 5).top5_errors, 0);
  EXPECT_EQ(result_for_label(scores, 6).top5_errors, 1);
  EXPECT_EQ(result_for_label(scores, 0).top5_errors, 1);
}

TEST(ReferenceEngineTest, ADivergedNetIsWrong) {
  const StepResult result = result_for_label({NAN, NAN, NAN, NAN, NAN, NAN}, 5);
  EXPECT_EQ(result.top1_errors, 1);
  EXPECT_EQ(result.top5_errors, 1);
}

TEST(ReferenceEngineTest, ResumeGoesOnFromTheVeryNumbers) {
  const Net net = tiny_net(0.5);
  const EngineOptions options{.batch = 2, .seed = 3};
  const Batch batch = random_batch(2, {6, 4}, 7);
  const auto run = [&](Engine& engine, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t i = from; i < to; ++i) {
      engine.accumulate(batch, step_of(batch, i, 2 * i));
      engine.update({0.05, 0.9, 5e-4});
    }
  };
  const auto straight = engine_of(net, options);
  run(*straight, 0, 6);
  const auto first = engine_of(net, options);
  run(*first, 0, 3);
  const auto second = make_engine("reference", net, options);
  second->load(first->parameters());
  second->restore(first->state());
  run(*second, 3, 6);
  EXPECT_TRUE(equal(straight->parameters(), second->parameters()));
  EXPECT_TRUE(equal(straight->state().momenta, second->state().momenta));
}

TEST(ReferenceEngineTest, TrainingLearnsABatchByHeart) {
  const auto engine = engine_of(tiny_net(), {.batch = 4});
  const Batch batch = random_batch(4, {6, 4}, 7);
  for (std::uint64_t i = 0; i < 60; ++i) {
    engine->accumulate(batch, step_of(batch, i));
    engine->update({0.05, 0.9, 0});
  }
  StepResult last;
  while (const auto result = engine->poll()) last = *result;
  EXPECT_LT(last.loss, 0.1);
  EXPECT_EQ(last.top1_errors, 0);
}

TEST(ReferenceEngineTest, ErrorBatchOfAnotherShape) {
  const auto engine = engine_of(tiny_net(), {.batch = 2});
  const Batch batch = random_batch(3, {6, 4}, 7);
  EXPECT_THAT([&] { engine->accumulate(batch, step_of(batch)); },
              engine_error("3 pictures of 6x4 px; compiled for 2 of 6x4"));
}

TEST(ReferenceEngineTest, ErrorLabelOutsideTheClasses) {
  const auto engine = engine_of(tiny_net(), {.batch = 2});
  Batch batch = random_batch(2, {6, 4}, 7);
  batch.labels[1] = 7;
  batch.ids[1] = 42;
  EXPECT_THAT([&] { engine->accumulate(batch, step_of(batch)); },
              engine_error("label 7 of image 42; allowed: from 0 to 6"));
}

TEST(ReferenceEngineTest, ErrorParametersOfAnotherNet) {
  const auto engine = make_engine("reference", tiny_net(), {});
  Net other = tiny_net();
  std::get<FullyConnected>(other.layers.back()).outputs = 9;
  EXPECT_THAT([&] { engine->load(zero_parameters(other)); },
              Throws<Error>(Property(&Error::message,
                                     HasSubstr("fc8.weight is (9, 24), the net wants (7, 24)"))));
}

}  // namespace
}  // namespace vggflow
