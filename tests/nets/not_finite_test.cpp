// A net whose weights are not finite says so, whatever its loss looks like.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/nets/onednn_test_support.h"

namespace vggflow {
namespace {

constexpr int kSlots = 4;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// ReLUs and pools behind which losses stay finite; fc6 is large enough for several threads.
Net net() {
  return {"hiding",
          {12, 12},
          {Convolution{"conv1", 8, 3}, Relu{}, MaxPool{2}, Convolution{"conv2", 16, 3}, Relu{},
           MaxPool{2}, FullyConnected{"fc6", 128}, Relu{}, FullyConnected{"fc8", 10}}};
}

bool finite(const Parameters& parameters) {
  return std::ranges::all_of(parameters.tensors, [](const Tensor& tensor) {
    return std::ranges::all_of(tensor.values, [](float v) { return std::isfinite(v); });
  });
}

class NotFinite : public testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Engine> engine(int threads = 1) {
    return make_engine(GetParam(), net_, training_options(kSlots, threads));
  }
  double loss_of_step(Engine& engine, const Rates& rates) {
    engine.accumulate(random_batch(kSlots, net_.input, 10), {0, 0, kSlots});
    engine.update(rates);
    return engine.poll().value().loss;
  }
  double loss_with(const std::string& tensor, float value, double decay) {
    Parameters parameters = random_parameters(net_);
    auto& values = parameters.find(tensor)->values;
    values[values.size() / 2] = value;
    const auto one = engine();
    one->load(parameters);
    return loss_of_step(*one, {0.01, 0.9, decay});
  }

  const Net net_ = net();
};

TEST_P(NotFinite, OneWeightIsEnough) {
  for (const double decay : {0.0, 5e-4}) {
    for (const char* tensor : {"conv1.weight", "conv2.bias", "fc6.weight", "fc8.weight"}) {
      for (const float value : {kNan, kInfinity, -kInfinity}) {
        EXPECT_TRUE(std::isnan(loss_with(tensor, value, decay))) << tensor << " " << value;
      }
      EXPECT_TRUE(std::isfinite(loss_with(tensor, 0.25F, decay))) << tensor;
    }
  }
}

TEST_P(NotFinite, ARateThatIsTooHighIsSeenInTheStepThatSpoilsTheWeights) {
  for (const double rate : {0.01, 1.0, 30.0, 1e4, 1e30}) {
    const auto one = engine();
    one->load(random_parameters(net_));
    for (int i = 0; i < 8; ++i) {
      const double loss = loss_of_step(*one, {rate, 0.9, 5e-4});
      if (!finite(one->parameters())) {
        EXPECT_TRUE(std::isnan(loss)) << "rate " << rate << ", step " << i;
        break;
      }
      EXPECT_TRUE(std::isfinite(loss)) << "rate " << rate << ", step " << i;
      EXPECT_TRUE(rate < 1e30 || i == 0) << "else nothing was seen";
    }
    EXPECT_TRUE(rate > 0.01 || finite(one->parameters()));
  }
}

TEST_P(NotFinite, AnyThreadFindsIt) {
  const auto one = engine(2);
  for (const bool last : {false, true}) {
    Parameters parameters = random_parameters(net_);
    auto& values = parameters.find("fc6.weight")->values;
    (last ? values.back() : values.front()) = kNan;
    one->load(parameters);
    one->restore({zero_parameters(net_)});
    EXPECT_TRUE(std::isnan(loss_of_step(*one, {0.01, 0.9, 0}))) << last;
  }
}

TEST_P(NotFinite, WhatIsLoadedAnewIsSoundAgain) {
  const auto one = engine();
  one->load(random_parameters(net_));
  static_cast<void>(loss_of_step(*one, {kInfinity, 0, 0}));
  one->load(random_parameters(net_));
  one->restore({zero_parameters(net_)});
  EXPECT_TRUE(std::isfinite(loss_of_step(*one, {0.01, 0.9, 5e-4})));
}

INSTANTIATE_TEST_SUITE_P(Engines, NotFinite, testing::Values("onednn", "reference"));

}  // namespace
}  // namespace vggflow
