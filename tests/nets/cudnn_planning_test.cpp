// What cuDNN can say without a card: that it has ways to compute every layer of the paper's nets,
// in every precision, and where the tensors of a step would lie.
#include <gtest/gtest.h>

#include "base/error.h"
#include "nets/cudnn/scoring_plan.h"
#include "nets/cudnn/step_builder.h"
#include "nets/rate_multipliers.h"
#include "nets/vgg.h"
#include "tests/nets/cudnn_described_card.h"
#include "tests/nets/engine_cases.h"

namespace vggflow::cudnn {
namespace {

struct Choice {
  const char* name;
  ComputeChoices choices;
  friend void PrintTo(const Choice& choice, std::ostream* out) { *out << choice.name; }
};

std::vector<Choice> choices() {
  return {{"bf16", {Precision::bf16}},
          {"tf32", {Precision::tf32}},
          {"f32", {Precision::f32}},
          {"bf16Deterministic", {Precision::bf16, true}},
          {"f32Deterministic", {Precision::f32, true}}};
}

BuiltStep step_of(const Net& net, int slots, const ParameterLayout& layout,
                  const ComputeChoices& choices) {
  return build_step(described_card(), net, slots, 1, layout, rate_multipliers(net, {}), choices);
}

class Planning : public testing::TestWithParam<Choice> {};

TEST_P(Planning, EveryLayerOfThePapersNetsHasAWayForwardAndBackward) {
  for (const char* name : {"A", "A-LRN", "B", "C", "D", "E"}) {
    const Net net = vgg_net(name, {});
    const ParameterLayout layout(net);
    const BuiltStep step = step_of(net, 64, layout, GetParam().choices);
    EXPECT_EQ(step.logits.channels, 1000) << name;
    EXPECT_GT(MemoryPlan(step.blobs).bytes(), 0U);
  }
}

TEST_P(Planning, DensePicturesOfAnySizeHaveAWay) {
  const Net net = vgg_net("D", {});
  const ParameterLayout layout(net);
  const Cudnn card = described_card();
  for (const Size size : {Size{224, 224}, Size{384, 512}, Size{257, 681}}) {
    const BuiltScoring scoring = build_scoring(card, net, {2, size}, layout, GetParam().choices);
    EXPECT_EQ(scoring.scores.shape.width, size.width / 32 - 6);
    EXPECT_EQ(scoring.scores.shape.height, size.height / 32 - 6);
    EXPECT_EQ(scoring.scores.channels, 1000);
  }
}

INSTANTIATE_TEST_SUITE_P(Choices, Planning, testing::ValuesIn(choices()),
                         [](const auto& info) { return info.param.name; });

TEST(Plans, NetsOfEveryKindOfLayerCanBePlanned) {
  for (const EngineCase& one : engine_cases()) {
    const ParameterLayout layout(one.net);
    for (const Choice& choice : choices()) {
      const BuiltStep step = step_of(one.net, 3, layout, choice.choices);
      EXPECT_EQ(step.logits.channels, classes(one.net)) << one.name;
    }
  }
}

TEST(Plans, WhatAPoolHasReadNeedsNoMemoryInTheBackwardPass) {
  // Of D at 224 the maps before the pools are 36 % of all: kept, they would be seen here.
  const Net net = vgg_net("D", {});
  const ParameterLayout layout(net);
  const BuiltStep step = step_of(net, 256, layout, {Precision::bf16});
  std::size_t kept = 0;
  for (const Blob& blob : step.blobs) {
    if (blob.first < 5 && blob.last > 40) kept += blob.bytes;
  }
  const std::size_t map = std::size_t{256} * 224 * 224 * 64 * 2;
  // The input (8 of 64 channels), conv1_1's output, pool1's and its places: neither less nor what
  // conv1_2 made for the pool.
  EXPECT_EQ(kept, map / 8 + map + map / 4 + map / 8);
  EXPECT_LT(MemoryPlan(step.blobs).bytes(), std::size_t{9} << 30);
}

TEST(Plans, FrozenLayersNeedNoGradients) {
  const Net net = vgg_net("D", {});
  const ParameterLayout layout(net);
  std::map<std::string, double> rates = rate_multipliers(net, {});
  const BuiltStep whole = build_step(described_card(), net, 32, 1, layout, rates, {});
  for (auto& [layer, rate] : rates) rate = layer.starts_with("conv") ? 0 : 1;
  const BuiltStep head = build_step(described_card(), net, 32, 1, layout, rates, {});
  // No more than the forward pass wants at once: what conv1_2 reads and writes.
  const std::size_t map = std::size_t{32} * 224 * 224 * 64 * 2;
  EXPECT_EQ(MemoryPlan(head.blobs).bytes(), 2 * map);
  EXPECT_GT(MemoryPlan(whole.blobs).bytes(), 3 * map);
}

TEST(Plans, WhatCannotBeComputedIsAnErrorWithTheShape) {
  const ConvolutionProblem problem{.precision = Precision::bf16,
                                   .slots = 1,
                                   .height = 2,  // no whole window
                                   .width = 2,
                                   .inputs = 8,
                                   .outputs = 16,
                                   .same = false};
  try {
    const ConvolutionPlan plan(described_card(), problem, 0);
    FAIL() << "computed by " << plan.way_name(plan.chosen());
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::engine);
    EXPECT_NE(error.message().find("forward bf16 1x2x2x8 3x3x16 valid"), std::string::npos)
        << error.message();
  }
}

TEST(Plans, ADescriptionThatIsNoneIsAnError) {
  EXPECT_THROW(ConvolutionPlan(Cudnn::described("{"), {.slots = 1}, 0), Error);
}

}  // namespace
}  // namespace vggflow::cudnn
