#include <gtest/gtest.h>

#include "base/error.h"
#include "nets/vgg.h"
#include "tests/nets/cudnn_engine_test_support.h"

namespace vggflow {
namespace {

std::string engine_failure(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::engine);
    return error.message();
  }
  return "no error";
}

TEST(CudnnEngine, IsPartOfThisBuildAndSaysWhyItCannotRun) {
  const EngineSchema* schema = EngineRegistry::instance().find("cudnn");
  ASSERT_NE(schema, nullptr);
  EXPECT_EQ(schema->why_not(), cuda::why_unusable());
}

TEST(CudnnEngine, WithoutACardItSaysSo) {
  const std::string why = cuda::why_unusable();
  if (why.empty()) GTEST_SKIP() << "there is a card";
  EXPECT_EQ(engine_failure([] {
              static_cast<void>(make_engine("cudnn", tiny_net(), card_options(1, Precision::bf16)));
            }),
            why);
}

using CudnnErrors = OnACard;

TEST_F(CudnnErrors, ACardThatIsNotThere) {
  EngineOptions options = card_options(1, Precision::bf16);
  options.card.device = 99;
  EXPECT_NE(engine_failure([&] {
              static_cast<void>(make_engine("cudnn", tiny_net(), options));
            }).find("there is no card 99; allowed: 0"),
            std::string::npos);
}

TEST_F(CudnnErrors, WhatDoesNotFitSaysHowMuchWasWantedAndWhatIsFree) {
  const Net huge{"huge", {4096, 4096}, {FullyConnected{"fc6", 1 << 16}, FullyConnected{"fc8", 8}}};
  const std::string message = engine_failure(
      [&] { static_cast<void>(make_engine("cudnn", huge, card_options(1, Precision::f32))); });
  EXPECT_NE(message.find("no room for the weights"), std::string::npos) << message;
  EXPECT_NE(message.find("MiB were asked for"), std::string::npos) << message;
  EXPECT_NE(message.find("are free"), std::string::npos) << message;
}

TEST_F(CudnnErrors, BatchesOfAnotherShapeAndPicturesThatAreTooSmall) {
  const Net net = tiny_net();
  const auto engine = loaded("cudnn", net, card_options(2, Precision::bf16));
  EXPECT_NE(engine_failure([&] {
              engine->accumulate(random_batch(3, net.input, classes(net)), {0, 0, 3});
            }).find("3 slots of 6x4 px"),
            std::string::npos);
  Scores scores;
  EXPECT_NE(engine_failure([&] {
              engine->score(random_batch(1, {3, 3}, classes(net)), scores);
            }).find("cannot score"),
            std::string::npos);
}

}  // namespace
}  // namespace vggflow
