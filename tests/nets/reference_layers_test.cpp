// Every layer's backward pass against central differences of its forward pass.
#include "nets/reference/layers.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "nets/reference/network.h"
#include "tests/nets/tiny.h"

namespace vggflow::reference {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Pointwise;

Values random_values(std::size_t count, std::uint64_t seed) {
  Rng rng(seed, "values", 0, 0);
  Values values(count);
  for (double& v : values) v = rng.normal();
  return values;
}

Map random_map(Shape shape, std::uint64_t seed) {
  Map map(shape);
  map.values = random_values(map.values.size(), seed);
  return map;
}

double dot(const Values& a, const Values& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// d loss / d values[i] by central differences, for every i.
Values numeric_gradient(Values& values, const std::function<double()>& loss) {
  constexpr double kStep = 1e-5;
  Values gradient;
  for (double& v : values) {
    const double kept = v;
    v = kept + kStep;
    const double above = loss();
    v = kept - kStep;
    const double below = loss();
    v = kept;
    gradient.push_back((above - below) / (2 * kStep));
  }
  return gradient;
}

void expect_near(const Values& measured, const Values& wanted) {
  EXPECT_THAT(measured, Pointwise(DoubleNear(1e-7), wanted));
}

/// Checks the input gradient of a layer under the loss "sum of outputs times fixed noise".
template <class Forward, class Backward>
void check_input_gradient(Shape shape, Forward forward, Backward backward) {
  Map in = random_map(shape, 1);
  Map weights = forward(in);
  weights.values = random_values(weights.values.size(), 2);
  const auto loss = [&] { return dot(forward(in).values, weights.values); };
  expect_near(backward(in, weights).values, numeric_gradient(in.values, loss));
}

class ConvolutionTest : public ::testing::TestWithParam<Filter> {};

TEST_P(ConvolutionTest, GradientsMatchDifferences) {
  const Filter filter = GetParam();
  Map in = random_map({filter.inputs, 4, 5}, 1);
  Values weights = random_values(
      static_cast<std::size_t>(filter.outputs * filter.inputs * filter.height * filter.width), 2);
  Values bias = random_values(static_cast<std::size_t>(filter.outputs), 3);
  const auto forward = [&] { return convolution(in, filter, weights, bias); };
  Map gradient = forward();
  gradient.values = random_values(gradient.values.size(), 4);
  const auto loss = [&] { return dot(forward().values, gradient.values); };

  Values weight_gradient(weights.size(), 0.0);
  Values bias_gradient(bias.size(), 0.0);
  const Map in_gradient =
      convolution_backward(in, filter, weights, gradient, weight_gradient, bias_gradient);
  expect_near(in_gradient.values, numeric_gradient(in.values, loss));
  expect_near(weight_gradient, numeric_gradient(weights, loss));
  expect_near(bias_gradient, numeric_gradient(bias, loss));
}

INSTANTIATE_TEST_SUITE_P(Filters, ConvolutionTest,
                         ::testing::Values(Filter{2, 3, 3, 3, 1}, Filter{3, 2, 1, 1, 0},
                                           Filter{2, 2, 5, 5, 2}, Filter{1, 1, 11, 11, 5},
                                           Filter{4, 2, 4, 5, 0}, Filter{2, 2, 2, 3, 0}));

TEST(ConvolutionTest, ThreeByThreeByHand) {
  Map in({1, 2, 2});
  in.values = {1, 2, 3, 4};
  const Map out = convolution(in, {1, 1, 3, 3, 1}, {0, 0, 0, 0, 10, 1, 0, 0, 100}, {0.5});
  EXPECT_EQ(out.shape, (Shape{1, 2, 2}));
  EXPECT_THAT(out.values, ElementsAre(10 + 2 + 400 + 0.5, 20.5, 30 + 4 + 0.5, 40.5));
}

TEST(ConvolutionTest, GradientsAddUp) {
  const Filter filter{1, 1, 1, 1, 0};
  Map in({1, 1, 1});
  in.values = {3};
  Map gradient({1, 1, 1});
  gradient.values = {2};
  Values weight_gradient{10};
  Values bias_gradient{20};
  convolution_backward(in, filter, {1}, gradient, weight_gradient, bias_gradient);
  EXPECT_THAT(weight_gradient, ElementsAre(16));
  EXPECT_THAT(bias_gradient, ElementsAre(22));
}

TEST(ReluTest, GradientMatchesDifferences) { check_input_gradient({3, 4, 5}, relu, relu_backward); }

TEST(ReluTest, GradientAtZeroIsZero) {
  Map ones({1, 1, 1});
  ones.values = {1};
  EXPECT_THAT(relu_backward(Map({1, 1, 1}), ones).values, ElementsAre(0));
}

TEST(MaxPoolTest, GradientMatchesDifferencesAndBordersAreDropped) {
  for (const int window : {1, 2, 3}) {
    check_input_gradient(
        {2, 7, 5}, [&](const Map& in) { return max_pool(in, window); },
        [&](const Map& in, const Map& g) { return max_pool_backward(in, window, g); });
  }
}

TEST(MaxPoolTest, TiesGoToTheFirst) {
  Map in({1, 2, 2});
  in.values = {1, 5, 5, 5};
  Map gradient({1, 1, 1});
  gradient.values = {3};
  EXPECT_THAT(max_pool_backward(in, 2, gradient).values, ElementsAre(0, 3, 0, 0));
}

TEST(LrnTest, GradientMatchesDifferences) {
  for (const Lrn& layer : {Lrn{}, Lrn{3, 1, 0.7, 0.5}, Lrn{9, 2, 1.5, 0.75}}) {
    check_input_gradient(
        {6, 2, 3}, [&](const Map& in) { return lrn(in, layer); },
        [&](const Map& in, const Map& g) { return lrn_backward(in, layer, g); });
  }
}

TEST(LrnTest, ByHand) {
  Map in({3, 1, 1});
  in.values = {1, 2, 3};
  const Map out = lrn(in, {3, 2, 0.6, 0.75});
  EXPECT_THAT(out.values, Pointwise(DoubleNear(1e-12), {1 / std::pow(2 + 0.2 * 5, 0.75),
                                                        2 / std::pow(2 + 0.2 * 14, 0.75),
                                                        3 / std::pow(2 + 0.2 * 13, 0.75)}));
}

TEST(SoftmaxLossTest, GradientMatchesDifferences) {
  Values scores = random_values(7, 1);
  const auto loss = [&] { return 0.3 * softmax_loss(scores, 4); };
  expect_near(softmax_loss_gradient(scores, 4, 0.3), numeric_gradient(scores, loss));
}

TEST(SoftmaxLossTest, LargeScoresDoNotOverflow) {
  EXPECT_NEAR(softmax_loss(Values{5000, 4999}, 1), std::log1p(std::exp(1.0)), 1e-9);
  EXPECT_THAT(softmax(Values{-5000, -5000}), Each(0.5));
}

TEST(DropoutMaskTest, IsTheDefinitionOfTheEngineHeader) {
  const DropoutSource source{11, 5, (std::uint64_t{3} << 32) + 7};
  const Values mask = dropout_mask(source, 1, 0.25, 103);
  ASSERT_EQ(mask.size(), 103U);
  for (std::uint32_t e = 0; e < 103; ++e) {
    const PhiloxCounter words = philox({e / 4, 5, 7, 3}, stream_key(11, "dropout#1"));
    EXPECT_EQ(mask[e], words[e % 4] >= 0x40000000U ? 1 / 0.75 : 0) << e;
  }
}

TEST(DropoutMaskTest, DropsItsShareIndependentlyOfEverything) {
  const auto mask = [](std::uint64_t iteration, std::uint64_t position, int layer) {
    return dropout_mask({1, iteration, position}, layer, 0.3, 20000);
  };
  const Values one = mask(0, 0, 0);
  const auto dropped = static_cast<double>(std::count(one.begin(), one.end(), 0.0));
  EXPECT_NEAR(dropped / 20000, 0.3, 5 * std::sqrt(0.3 * 0.7 / 20000));
  EXPECT_EQ(one, mask(0, 0, 0));
  EXPECT_NE(one, mask(1, 0, 0));
  EXPECT_NE(one, mask(0, 1, 0));
  EXPECT_NE(one, mask(0, 0, 1));
}

TEST(NetworkTest, GradientsOfAllWeightsMatchDifferencesUnderDropout) {
  const Net net = tiny_net(0.5);
  const Network network(net);
  const DropoutSource dropout{1, 2, 3};
  Tensors weights;
  Tensors gradients;
  for (const Tensor& tensor : random_parameters(net).tensors) {
    weights.emplace_back(tensor.values.begin(), tensor.values.end());
    gradients.emplace_back(tensor.values.size(), 0.0);
  }
  const Map in = random_map({3, net.input.height, net.input.width}, 4);
  const auto loss = [&] {
    return softmax_loss(network.forward(weights, in, dropout).back().values, 2);
  };
  const Network::Trace trace = network.forward(weights, in, dropout);
  Map gradient(trace.back().shape);
  gradient.values = softmax_loss_gradient(trace.back().values, 2, 1);
  network.backward(weights, trace, gradient, dropout, gradients);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    SCOPED_TRACE(parameter_shapes(net)[i].name());
    EXPECT_GT(dot(gradients[i], gradients[i]), 0);
    expect_near(gradients[i], numeric_gradient(weights[i], loss));
  }
}

}  // namespace
}  // namespace vggflow::reference
