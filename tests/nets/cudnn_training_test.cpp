// Steps of the cudnn engine against the reference engine, in every precision.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "tests/nets/cudnn_engine_test_support.h"
#include "tests/nets/engine_cases.h"

namespace vggflow {
namespace {

constexpr int kSlots = 3;

class CudnnTraining : public OnACard,
                      public testing::WithParamInterface<std::tuple<EngineCase, Precision>> {
 protected:
  void SetUp() override {
    OnACard::SetUp();
    if (IsSkipped()) return;
    reference_ = loaded("reference", net_, training_options(kSlots));
    cudnn_ = loaded("cudnn", net_, card_options(kSlots, precision_));
  }

  std::optional<StepResult> result() {
    cudnn_->settle();
    return cudnn_->poll();
  }

  Net net_ = std::get<0>(GetParam()).net;
  Precision precision_ = std::get<1>(GetParam());
  double tolerance_ = tolerance(precision_);
  std::unique_ptr<Engine> reference_, cudnn_;
};

// The first step runs kernel by kernel, the second is recorded, the third starts the graph.
TEST_P(CudnnTraining, GradientsAreTheReferencesInEveryStep) {
  for (std::uint64_t step = 0; step < 3; ++step) {
    const Batch batch = random_batch(kSlots, net_.input, classes(net_), step);
    for (Engine* engine : {reference_.get(), cudnn_.get()}) {
      engine->load(random_parameters(net_));
      engine->accumulate(batch, {step, 100 + step, kSlots});
    }
    expect_close(cudnn_->gradients(), reference_->gradients(), tolerance_, "gradient of");
    for (Engine* engine : {reference_.get(), cudnn_.get()}) engine->update({0, 0, 0});
  }
}

TEST_P(CudnnTraining, LossAndErrorsAreTheReferences) {
  for (int step = 0; step < 3; ++step) {
    train(*reference_, net_, kSlots, 1, step);
    train(*cudnn_, net_, kSlots, 1, step);
    const auto wanted = reference_->poll();
    const auto got = result();
    ASSERT_TRUE(wanted && got);
    EXPECT_EQ(got->iteration, wanted->iteration);
    EXPECT_NEAR(got->loss, wanted->loss, 2 * tolerance_ * wanted->loss);
    EXPECT_EQ(got->weight_sum, wanted->weight_sum);
    EXPECT_FALSE(cudnn_->poll());
  }
}

TEST_P(CudnnTraining, GradientsAddUpUntilTheUpdate) {
  for (int round = 0; round < 3; ++round) {
    for (Engine* engine : {reference_.get(), cudnn_.get()}) {
      engine->load(random_parameters(net_));
      for (std::uint64_t part = 0; part < 3; ++part) {
        engine->accumulate(random_batch(kSlots, net_.input, classes(net_), part),
                           {7, part * kSlots, 3 * kSlots});
      }
    }
    expect_close(cudnn_->gradients(), reference_->gradients(), tolerance_, "sum of gradients of");
    for (Engine* engine : {reference_.get(), cudnn_.get()}) engine->update({0.02, 0.9, 0});
    EXPECT_EQ(largest(cudnn_->gradients().tensors[0].values), 0);
  }
}

TEST_P(CudnnTraining, AnUpdateIsTheReferencesOnTheSameGradients) {
  const Batch batch = random_batch(kSlots, net_.input, classes(net_));
  for (Engine* engine : {reference_.get(), cudnn_.get()}) {
    for (std::uint64_t step = 0; step < 2; ++step) {
      engine->accumulate(batch, {step, 0, kSlots});
      engine->update({0.02, 0.9, 5e-3});
    }
  }
  expect_close(cudnn_->parameters(), reference_->parameters(), tolerance_, "weights");
  expect_close(cudnn_->state().momenta, reference_->state().momenta, 3 * tolerance_, "momentum of");
}

TEST_P(CudnnTraining, SlotsOfWeightZeroCountForNothing) {
  Batch batch = random_batch(kSlots, net_.input, classes(net_));
  batch.weights[1] = 0;
  batch.labels[1] = -1;
  batch.colour[1].m.fill(std::numeric_limits<float>::quiet_NaN());
  for (Engine* engine : {reference_.get(), cudnn_.get()}) {
    engine->accumulate(batch, {0, 0, kSlots - 1});
  }
  expect_close(cudnn_->gradients(), reference_->gradients(), tolerance_, "gradient of");
  cudnn_->update({0.02, 0.9, 0});
  EXPECT_EQ(result()->weight_sum, kSlots - 1);
}

TEST_P(CudnnTraining, ScoringInBetweenChangesNothing) {
  const auto options = card_options(kSlots, precision_, true);
  const auto one = loaded("cudnn", net_, options);
  const auto other = loaded("cudnn", net_, options);
  const Batch batch = random_batch(kSlots, net_.input, classes(net_));
  Scores scores;
  for (int i = 0; i < 3; ++i) {
    for (Engine* engine : {one.get(), other.get()}) {
      engine->accumulate(batch, {0, 0, kSlots});
      if (engine == other.get()) engine->score(batch, scores);
      engine->update({0.02, 0.9, 5e-4});
    }
  }
  expect_same(other->parameters(), one->parameters(), "weights");
}

TEST_P(CudnnTraining, RestoredItGoesOnToTheSameBits) {
  const auto options = card_options(kSlots, precision_, true);
  const auto whole = loaded("cudnn", net_, options);
  train(*whole, net_, kSlots, 6);
  const auto begun = loaded("cudnn", net_, options);
  train(*begun, net_, kSlots, 3);
  const auto resumed = make_engine("cudnn", net_, options);
  resumed->load(begun->parameters());
  resumed->restore(begun->state());
  train(*resumed, net_, kSlots, 3, 3);
  expect_same(resumed->parameters(), whole->parameters(), "weights");
  expect_same(resumed->state().momenta, whole->state().momenta, "momentum of");
}

INSTANTIATE_TEST_SUITE_P(Nets, CudnnTraining,
                         testing::Combine(testing::ValuesIn(engine_cases()),
                                          testing::Values(Precision::bf16, Precision::tf32,
                                                          Precision::f32)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) + "_" +
                                  to_string(std::get<1>(info.param));
                         });

double dot(const Parameters& a, const Parameters& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    for (std::size_t k = 0; k < a.tensors[i].values.size(); ++k) {
      sum += static_cast<double>(a.tensors[i].values[k]) * b.tensors[i].values[k];
    }
  }
  return sum;
}

/// A build for machines with a card may lack oneDNN.
const char* processor_engine() {
  return EngineRegistry::instance().find("onednn") ? "onednn" : "reference";
}

class CudnnAndProcessor : public OnACard, public testing::WithParamInterface<Precision> {};

TEST_P(CudnnAndProcessor, GradientsPointTheSameWayOverTwentySteps) {
  const Net net = vgg_net("A", {64, 16, 24, 10, 0.5});
  constexpr int kBatch = 8;
  const auto cudnn = loaded("cudnn", net, card_options(kBatch, GetParam()));
  const auto processor = loaded(processor_engine(), net, training_options(kBatch, 2));
  for (std::uint64_t step = 0; step < 20; ++step) {
    const Batch batch = random_batch(kBatch, net.input, 10, step);
    for (Engine* engine : {cudnn.get(), processor.get()}) {
      engine->accumulate(batch, {step, step * kBatch, kBatch});
    }
    const Parameters a = cudnn->gradients();
    const Parameters b = processor->gradients();
    EXPECT_GT(dot(a, b) / std::sqrt(dot(a, a) * dot(b, b)), 0.99) << "step " << step;
    for (Engine* engine : {cudnn.get(), processor.get()}) engine->update({0.01, 0.9, 5e-4});
    cudnn->load(processor->parameters());
    cudnn->restore(processor->state());
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, CudnnAndProcessor,
                         testing::Values(Precision::bf16, Precision::tf32, Precision::f32),
                         [](const auto& info) { return to_string(info.param); });

using CudnnTrainings = OnACard;

TEST_F(CudnnTrainings, TwoDeterministicRunsGiveTheSameBits) {
  const Net net = vgg_net("A", {64, 8, 24, 10, 0.5});
  for (const Precision precision : {Precision::bf16, Precision::f32}) {
    const auto options = card_options(16, precision, true);
    const auto one = loaded("cudnn", net, options);
    const auto other = loaded("cudnn", net, options);
    for (Engine* engine : {one.get(), other.get()}) train(*engine, net, 16, 10);
    expect_same(one->parameters(), other->parameters(), "weights");
  }
}

TEST_F(CudnnTrainings, FrozenLayersStay) {
  const Net net = vgg_net("A", {32, 16, 24, 10, 0.5});
  EngineOptions options = card_options(kSlots, Precision::bf16);
  options.rate_multipliers = {{"conv1_1", 0}, {"conv2_1", 0}, {"fc7", 0}, {"fc8", 10}};
  const auto engine = loaded("cudnn", net, options);
  train(*engine, net, kSlots, 3);
  const Parameters before = random_parameters(net);
  const Parameters after = engine->parameters();
  for (const Tensor& tensor : after.tensors) {
    const bool frozen = tensor.name.starts_with("conv1_1") || tensor.name.starts_with("conv2_1") ||
                        tensor.name.starts_with("fc7");
    EXPECT_EQ(tensor.values == before.find(tensor.name)->values, frozen) << tensor.name;
  }
}

TEST_F(CudnnTrainings, AWeightThatIsNoNumberMakesTheLossNone) {
  const Net net = tiny_net();
  const auto engine = loaded("cudnn", net, card_options(kSlots, Precision::f32));
  engine->accumulate(random_batch(kSlots, net.input, classes(net)), {0, 0, kSlots});
  engine->update({std::numeric_limits<double>::infinity(), 0.9, 0});
  engine->settle();
  EXPECT_TRUE(std::isnan(engine->poll()->loss));
}

TEST_F(CudnnTrainings, TellsWhereItsTimeWent) {
  const Net net = tiny_net();
  EngineOptions options = card_options(kSlots, Precision::f32);
  options.time_layers = true;
  options.note_spans = true;
  const auto engine = loaded("cudnn", net, options);
  for (int round = 0; round < 2; ++round) {  // step by step, then recorded
    train(*engine, net, kSlots, 4, 4 * round);
    engine->settle();
    double all_s = 0;
    std::vector<std::string> layers;
    for (const LayerTimes& times : engine->layer_times()) {
      layers.push_back(times.layer);
      EXPECT_GE(times.forward_s, 0);
      EXPECT_GE(times.backward_s, 0);
      all_s += times.forward_s + times.backward_s;
    }
    EXPECT_EQ(layers, (std::vector<std::string>{"conv1", "norm1", "pool1", "conv2", "fc6", "drop6",
                                                "fc8", "loss"}));
    EXPECT_GT(all_s, 0);
    EXPECT_TRUE(engine->layer_times().empty());
    const auto spans = engine->take_spans();
    ASSERT_EQ(spans.size(), 12U);
    for (std::size_t i = 0; i < spans.size(); ++i) {
      EXPECT_EQ(spans[i].row, "card");
      EXPECT_LE(spans[i].begin, spans[i].end);
      EXPECT_LE(spans[i == 0 ? 0 : i - 1].begin, spans[i].begin);
    }
    EXPECT_EQ(spans[0].name, "input");
    EXPECT_EQ(spans[1].name, "forward and backward");
    EXPECT_EQ(spans[2].name, "update");
  }
}

TEST_F(CudnnTrainings, RestoringGivesFrozenLayersNoMomenta) {
  const Net net = tiny_net();
  EngineOptions options = card_options(kSlots, Precision::f32);
  options.rate_multipliers = {{"conv1", 0}};
  const auto engine = make_engine("cudnn", net, options);
  engine->restore({random_parameters(net)});
  const Parameters momenta = engine->state().momenta;
  EXPECT_EQ(largest(momenta.find("conv1.weight")->values), 0);
  EXPECT_GT(largest(momenta.find("conv2.weight")->values), 0);
}

TEST_F(CudnnTrainings, ResultsOfManyStepsCanWaitToBePolled) {
  const Net net = tiny_net();
  const auto engine = loaded("cudnn", net, card_options(kSlots, Precision::f32));
  train(*engine, net, kSlots, 30);
  engine->settle();
  for (std::uint64_t i = 0; i < 30; ++i) EXPECT_EQ(engine->poll()->iteration, i);
  EXPECT_FALSE(engine->poll());
}

}  // namespace
}  // namespace vggflow
