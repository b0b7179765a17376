// What the bare products of a net are; how fast they are is for `bench train` to say.
#include <gtest/gtest.h>

#include "base/error.h"
#include "nets/bare.h"
#include "nets/vgg.h"
#include "tests/nets/tiny.h"

namespace vggflow {
namespace {

std::int64_t forward_flops(const BareProducts& bare) {
  std::int64_t sum = 0;
  for (const BareProduct& product : bare.products()) sum += product.forward_flops;
  return sum;
}

Net miniature(std::string_view letter) {
  return vgg_net(letter, {.crop = 32, .width_divisor = 8, .fully_connected = 16, .classes = 10});
}

TEST(OnednnBare, ProductsAreTheLearnedLayersAndTheirArithmetic) {
  // 6x4 pictures, halved by the pool after conv1.
  const auto bare = bare_training(tiny_net(), 3, 1);
  ASSERT_EQ(bare->products().size(), 4U);
  const std::int64_t conv1 = 2 * 3 * (6 * 4) * 4 * (3 * 3 * 3);
  const std::int64_t conv2 = 2 * 3 * (3 * 2) * 5 * 4;
  const std::int64_t fc6 = 2 * 3 * 24 * (5 * 3 * 2);
  const std::int64_t fc8 = 2 * 3 * 7 * 24;
  const std::vector<std::pair<std::string, std::int64_t>> expected{
      {"conv1", conv1}, {"conv2", conv2}, {"fc6", fc6}, {"fc8", fc8}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const BareProduct& product = bare->products()[i];
    EXPECT_EQ(product.layer, expected[i].first);
    EXPECT_EQ(product.forward_flops, expected[i].second);
    EXPECT_EQ(product.backward_flops, (i == 0 ? 1 : 2) * expected[i].second) << product.layer;
  }
}

TEST(OnednnBare, ArithmeticIsTheNets) {
  for (const std::string_view letter : vgg_letters()) {
    const Net net = miniature(letter);
    EXPECT_EQ(forward_flops(*bare_training(net, 2, 1)), 2 * forward_flops(net)) << letter;
    EXPECT_EQ(forward_flops(*bare_scoring(net, {2, net.input}, 1)), 2 * forward_flops(net));
  }
}

TEST(OnednnBare, EveryPassOfTrainingIsTimedButTheFirstLayersData) {
  const auto bare = bare_training(miniature("C"), 2, 2);
  for (int pass = 0; pass < 2; ++pass) {
    const std::vector<BareTimes> times = bare->run();
    ASSERT_EQ(times.size(), bare->products().size());
    for (std::size_t i = 0; i < times.size(); ++i) {
      EXPECT_GT(times[i].forward_s, 0);
      EXPECT_GT(times[i].backward_weights_s, 0);
      EXPECT_EQ(times[i].backward_data_s > 0, i > 0);
    }
  }
}

TEST(OnednnBare, FullyConnectedLayersSlideWhenScoring) {
  const Net net = miniature("A");
  const auto bare = bare_scoring(net, {2, {64, 96}}, 1);
  const BareProduct& conv = bare->products().front();
  const BareProduct& fc6 = bare->products()[bare->products().size() - 3];
  EXPECT_EQ(fc6.layer, "fc6");
  EXPECT_EQ(conv.forward_flops, 2 * 2 * (64 * 96) * 8 * (3 * 3 * 3));
  EXPECT_EQ(fc6.forward_flops, 2 * 2 * (2 * 3) * 16 * 64);  // over (64, 1, 1) on a map of 2x3
  for (const BareTimes& times : bare->run()) {
    EXPECT_GT(times.forward_s, 0);
    EXPECT_EQ(times.backward_weights_s + times.backward_data_s, 0);
  }
  for (const BareProduct& product : bare->products()) EXPECT_EQ(product.backward_flops, 0);
}

TEST(OnednnBare, WhatCannotBeIsAnEngineError) {
  const Net net = miniature("A");
  const auto refused = [](const auto& make) -> std::string {
    try {
      static_cast<void>(make());
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::engine);
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(refused([&] { return bare_training(net, 0, 1); }),
            "a training batch of 0 slots; allowed: at least 1");
  EXPECT_EQ(refused([&] {
              return bare_scoring(net, {1, {64, 31}}, 1);
            }),
            "cannot score 1 slots of 64x31 px with net 'A'; allowed: sides of at least 32 px");
}

}  // namespace
}  // namespace vggflow
