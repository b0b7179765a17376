#include "nets/cudnn/parameter_layout.h"

#include <gtest/gtest.h>

#include <numeric>

#include "nets/vgg.h"
#include "tests/nets/engine_cases.h"

namespace vggflow::cudnn {
namespace {

class Layouts : public testing::TestWithParam<EngineCase> {};

TEST_P(Layouts, WhatGoesToTheCardComesBack) {
  const ParameterLayout layout(GetParam().net);
  const Parameters parameters = random_parameters(GetParam().net);
  const auto arena = layout.arena_of(parameters);
  ASSERT_EQ(arena.size(), static_cast<std::size_t>(layout.elements()));
  const Parameters back = layout.parameters_of(arena);
  ASSERT_EQ(back.tensors.size(), parameters.tensors.size());
  for (std::size_t i = 0; i < back.tensors.size(); ++i) {
    EXPECT_EQ(back.tensors[i].name, parameters.tensors[i].name);
    EXPECT_EQ(back.tensors[i].dims, parameters.tensors[i].dims);
    EXPECT_EQ(back.tensors[i].values, parameters.tensors[i].values);
  }
}

TEST_P(Layouts, PaddingIsZeroAndTensorsFollowEachOther) {
  const ParameterLayout layout(GetParam().net);
  Parameters ones = zero_parameters(GetParam().net);
  double count = 0;
  for (Tensor& tensor : ones.tensors) {
    std::fill(tensor.values.begin(), tensor.values.end(), 1.0F);
    count += static_cast<double>(tensor.values.size());
  }
  const auto arena = layout.arena_of(ones);
  EXPECT_EQ(std::accumulate(arena.begin(), arena.end(), 0.0), count);
  std::int64_t at = 0;
  for (const DeviceTensor& tensor : layout.tensors()) {
    EXPECT_EQ(tensor.begin, at);
    EXPECT_EQ(tensor.begin % 8, 0);
    at = tensor.end();
  }
}

INSTANTIATE_TEST_SUITE_P(Nets, Layouts, testing::ValuesIn(engine_cases()),
                         [](const auto& info) { return info.param.name; });

TEST(Layout, WeightsAreChannelsLast) {
  // fc8 sees 5 channels of 2x3: (7, 5 * 2 * 3) on the host, (8, 2, 3, 8) on the card.
  const Net net{"n", {3, 2}, {Convolution{"conv1", 5, 3}, FullyConnected{"fc8", 7}}};
  const ParameterLayout layout(net);
  const Parameters parameters = random_parameters(net);
  const auto arena = layout.arena_of(parameters);
  const auto& conv = parameters.find("conv1.weight")->values;
  const auto& fc = parameters.find("fc8.weight")->values;
  const DeviceTensor& conv_at = layout.at("conv1", false);
  const DeviceTensor& fc_at = layout.at("fc8", false);
  // (k, c, r, s) = (4, 2, 1, 2) of (5, 3, 3, 3), padded to (8, 3, 3, 8).
  EXPECT_EQ(arena[static_cast<std::size_t>(conv_at.begin) + ((4 * 3 + 1) * 3 + 2) * 8 + 2],
            conv[((4 * 3 + 2) * 3 + 1) * 3 + 2]);
  // (k, c, r, s) = (6, 3, 1, 2) of (7, 5, 2, 3).
  EXPECT_EQ(arena[static_cast<std::size_t>(fc_at.begin) + ((6 * 2 + 1) * 3 + 2) * 8 + 3],
            fc[((6 * 5 + 3) * 2 + 1) * 3 + 2]);
  EXPECT_EQ(layout.at("fc8", true).elements(), 8);
}

}  // namespace
}  // namespace vggflow::cudnn
