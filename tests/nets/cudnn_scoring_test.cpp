#include <gtest/gtest.h>

#include <tuple>

#include "nets/vgg.h"
#include "tests/nets/cudnn_engine_test_support.h"

namespace vggflow {
namespace {

Scores score(Engine& engine, const Batch& batch) {
  Scores scores;
  engine.score(batch, scores);
  return scores;
}

class CudnnScoring : public OnACard,
                     public testing::WithParamInterface<std::tuple<Aggregate, Precision>> {
 protected:
  void expect_reference(const Net& net, int training_batch, const std::vector<Size>& sizes) {
    EngineOptions options = card_options(training_batch, std::get<Precision>(GetParam()));
    options.aggregate = std::get<Aggregate>(GetParam());
    const auto reference = loaded("reference", net, options);
    const auto cudnn = loaded("cudnn", net, options);
    for (const Size size : sizes) {
      const Batch batch = random_batch(2, size, classes(net));
      const Scores got = score(*cudnn, batch);
      EXPECT_EQ(got.slots, 2);
      EXPECT_EQ(got.classes, classes(net));
      expect_close(got.values, score(*reference, batch).values, tolerance(options.card.precision),
                   "scores at " + to_string(size));
    }
  }
};

TEST_P(CudnnScoring, DensePosteriorsAreTheReferences) {
  expect_reference(vgg_net("A", {32, 16, 24, 10, 0.5}), 0,
                   {{32, 32}, {64, 32}, {33, 95}, {70, 101}, {32, 32}});
}

TEST_P(CudnnScoring, AnEngineThatTrainsScoresToo) {
  expect_reference(vgg_net("A", {32, 16, 24, 10, 0.5}), 3, {{32, 32}, {64, 80}});
}

TEST_P(CudnnScoring, LayersOfEveryKindSlide) {
  expect_reference(tiny_net(0.5), 0, {{6, 4}, {6, 6}, {13, 9}, {8, 20}});
}

TEST_P(CudnnScoring, NetsThatBeginOtherwise) {
  const FullyConnected last{"fc8", 7};
  expect_reference({"pool", {8, 8}, {MaxPool{2}, Relu{}, Convolution{"conv1", 6, 3}, last}}, 0,
                   {{8, 8}, {12, 17}});
  expect_reference({"fc", {5, 5}, {FullyConnected{"fc6", 20}, Relu{}, last}}, 0, {{5, 5}, {9, 6}});
}

INSTANTIATE_TEST_SUITE_P(
    Choices, CudnnScoring,
    testing::Combine(testing::Values(Aggregate::scores, Aggregate::posteriors),
                     testing::Values(Precision::bf16, Precision::tf32, Precision::f32)),
    [](const auto& info) {
      return std::string(std::get<0>(info.param) == Aggregate::scores ? "scores" : "posteriors") +
             "_" + to_string(std::get<1>(info.param));
    });

using CudnnScores = OnACard;

TEST_F(CudnnScores, FollowTheWeights) {
  const Net net = vgg_net("A", {32, 16, 24, 10, 0.5});
  const Batch batch = random_batch(2, {48, 64}, classes(net));
  const auto engine = loaded("cudnn", net, card_options(3, Precision::bf16, true));
  const Scores before = score(*engine, batch);
  train(*engine, net, 3, 2);
  EXPECT_NE(before.values, score(*engine, batch).values);
  engine->load(random_parameters(net));
  EXPECT_EQ(score(*engine, batch).values, before.values);
}

TEST_F(CudnnScores, OfMoreShapesThanAreKeptStayTheSame) {
  const Net net{"fc", {2, 2}, {Convolution{"conv1", 4, 3}, Relu{}, FullyConnected{"fc8", 3}}};
  const auto engine = loaded("cudnn", net, card_options(0, Precision::f32, true));
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
