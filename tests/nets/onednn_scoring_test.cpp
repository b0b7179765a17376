#include <gtest/gtest.h>

#include "nets/vgg.h"
#include "tests/nets/onednn_test_support.h"

namespace vggflow {
namespace {

Net small_vgg() { return vgg_net("A", {32, 16, 24, 10, 0.5}); }

Scores score(Engine& engine, const Batch& batch) {
  Scores scores;
  engine.score(batch, scores);
  return scores;
}

class OnednnScoring : public testing::TestWithParam<Aggregate> {
 protected:
  void expect_reference(const Net& net, int training_batch, const std::vector<Size>& sizes) {
    EngineOptions options = training_options(training_batch);
    options.aggregate = GetParam();
    const auto reference = loaded("reference", net, options);
    const auto onednn = loaded("onednn", net, options);
    for (const Size size : sizes) {
      const Batch batch = random_batch(2, size, classes(net));
      const Scores got = score(*onednn, batch);
      EXPECT_EQ(got.slots, 2);
      EXPECT_EQ(got.classes, classes(net));
      expect_near(got.values, score(*reference, batch).values, "scores at " + to_string(size));
    }
  }
};

TEST_P(OnednnScoring, DensePosteriorsAreTheReferences) {
  expect_reference(small_vgg(), 0, {{32, 32}, {64, 32}, {33, 95}, {70, 101}, {32, 32}});
}

TEST_P(OnednnScoring, AnEngineThatTrainsScoresToo) {
  expect_reference(small_vgg(), 3, {{32, 32}, {64, 80}});
}

TEST_P(OnednnScoring, LayersOfEveryKindSlide) {
  expect_reference(tiny_net(0.5), 0, {{6, 4}, {6, 6}, {13, 9}, {8, 20}});
}

TEST_P(OnednnScoring, NetsThatBeginOtherwise) {
  const FullyConnected last{"fc8", 7};
  expect_reference({"pool", {8, 8}, {MaxPool{2}, Relu{}, Convolution{"conv1", 6, 3}, last}}, 0,
                   {{8, 8}, {12, 17}});
  expect_reference({"fc", {5, 5}, {FullyConnected{"fc6", 20}, Relu{}, last}}, 0, {{5, 5}, {9, 6}});
}

INSTANTIATE_TEST_SUITE_P(Aggregates, OnednnScoring,
                         testing::Values(Aggregate::scores, Aggregate::posteriors));

TEST(OnednnScores, FollowTheWeights) {
  const Net net = small_vgg();
  const Batch batch = random_batch(2, {48, 64}, classes(net));
  const auto engine = loaded("onednn", net, training_options(3));
  const Scores before = score(*engine, batch);
  train(*engine, net, 3, 2);
  const Scores trained = score(*engine, batch);
  EXPECT_NE(before.values, trained.values);
  const auto other = make_engine("onednn", net, training_options(3));
  other->load(engine->parameters());
  EXPECT_EQ(score(*other, batch).values, trained.values);
  engine->load(random_parameters(net));
  EXPECT_EQ(score(*engine, batch).values, before.values);
}

TEST(OnednnScores, OfMoreShapesThanAreKeptStayTheSame) {
  const Net net{"fc", {2, 2}, {Convolution{"conv1", 4, 3}, Relu{}, FullyConnected{"fc8", 3}}};
  const auto engine = loaded("onednn", net, training_options(0));
  const Batch first = random_batch(1, {2, 2}, 3);
  const Scores before = score(*engine, first);
  for (int width = 3; width < 150; ++width) {
    const Scores scores = score(*engine, random_batch(1, {width, 2}, 3));
    EXPECT_NEAR(scores.values[0] + scores.values[1] + scores.values[2], 1, 1e-5);
  }
  EXPECT_EQ(score(*engine, first).values, before.values);
}

}  // namespace
}  // namespace vggflow
