#include <gtest/gtest.h>

#include "nets/vgg.h"
#include "tests/nets/onednn_test_support.h"

namespace vggflow {
namespace {

constexpr int kSlots = 4;

Net small_vgg() { return vgg_net("A", {32, 4, 24, 10, 0.5}); }

class OnednnThreads : public testing::TestWithParam<int> {};

TEST_P(OnednnThreads, TwoRunsOnAsManyThreadsEndInTheSameBits) {
  const Net net = small_vgg();
  const auto one = loaded("onednn", net, training_options(kSlots, GetParam()));
  const auto two = loaded("onednn", net, training_options(kSlots, GetParam()));
  train(*one, net, kSlots, 3);
  train(*two, net, kSlots, 3);
  expect_same(one->parameters(), two->parameters(), "weights");
  expect_same(one->state().momenta, two->state().momenta, "momentum of");
  EXPECT_EQ(one->poll()->loss, two->poll()->loss);
}

INSTANTIATE_TEST_SUITE_P(Threads, OnednnThreads, testing::Values(1, 2, 3));

TEST(OnednnState, ResumedTrainingEndsInTheSameBits) {
  const Net net = small_vgg();
  const auto whole = loaded("onednn", net, training_options(kSlots));
  train(*whole, net, kSlots, 4);
  const auto begun = loaded("onednn", net, training_options(kSlots));
  train(*begun, net, kSlots, 2);
  const auto resumed = make_engine("onednn", net, training_options(kSlots));
  resumed->load(begun->parameters());
  resumed->restore(begun->state());
  train(*resumed, net, kSlots, 2, 2);
  expect_same(resumed->parameters(), whole->parameters(), "weights");
  expect_same(resumed->state().momenta, whole->state().momenta, "momentum of");
}

TEST(OnednnState, ParametersComeBackAsLoaded) {
  for (const Net& net : {small_vgg(), tiny_net()}) {
    for (const int batch : {0, kSlots}) {
      const Parameters parameters = random_parameters(net);
      const auto engine = make_engine("onednn", net, training_options(batch));
      engine->load(parameters);
      check_parameters(engine->parameters(), net, {});
      expect_same(engine->parameters(), parameters, "weights");
      expect_same(engine->state().momenta, zero_parameters(net), "momentum of");
    }
  }
}

TEST(OnednnState, MomentaComeBackAsRestored) {
  const Net net = small_vgg();
  const auto engine = make_engine("onednn", net, training_options(kSlots));
  const State state{random_parameters(net, 9)};
  engine->restore(state);
  expect_same(engine->state().momenta, state.momenta, "momentum of");
}

/// Counts sums; two processes whose gradients are alike.
class Doubling : public Communicator {
 public:
  int rank() const override { return 0; }
  int size() const override { return 2; }
  void start_sum(std::span<float> values) override {
    EXPECT_FALSE(waited_);
    for (float& v : values) v *= 2;
  }
  void wait() override { waited_ = true; }
  void sum(std::span<double> values) override {
    for (double& v : values) v *= 2;
  }
  void barrier() override {}
  [[nodiscard]] bool waited() const { return waited_; }

 private:
  bool waited_ = false;
};

TEST(OnednnCommunicator, SumsGradientsAndFigures) {
  const Net net = tiny_net();
  EngineOptions options = training_options(kSlots);
  const auto all = std::make_shared<Doubling>();
  options.communicator = all;
  const auto shard = loaded("onednn", net, options);
  const auto whole = loaded("onednn", net, training_options(kSlots));
  const Batch batch = random_batch(kSlots, net.input, classes(net));
  shard->accumulate(batch, {0, 0, 2 * kSlots});
  shard->update({0.02, 0.9, 5e-3});
  whole->accumulate(batch, {0, 0, kSlots});
  whole->update({0.02, 0.9, 5e-3});
  EXPECT_TRUE(all->waited());
  expect_same(shard->parameters(), whole->parameters(), "weights");
  const auto figures = shard->poll();
  const auto wanted = whole->poll();
  EXPECT_DOUBLE_EQ(figures->loss, wanted->loss);
  EXPECT_EQ(figures->weight_sum, 2 * wanted->weight_sum);
}

}  // namespace
}  // namespace vggflow
