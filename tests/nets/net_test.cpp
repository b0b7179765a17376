#include "nets/net.h"

#include <gmock/gmock.h>

#include <functional>
#include <map>

#include "base/error.h"
#include "nets/vgg.h"

namespace vggflow {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Throws;

/// A matcher of an Error of origin `spec` whose message holds the text.
auto spec_error(const std::string& text) {
  return Throws<Error>(AllOf(::testing::Property(&Error::origin, Origin::spec),
                             ::testing::Property(&Error::message, HasSubstr(text))));
}

std::vector<std::string> learned_layers(const Net& net) {
  std::vector<std::string> names;
  for (const ParameterShape& shape : parameter_shapes(net)) {
    if (!shape.bias) names.push_back(shape.layer);
  }
  return names;
}

TEST(VggTest, ParameterCountsArePaperTable2) {
  const std::map<std::string_view, std::int64_t> table2{{"A", 132863336}, {"A-LRN", 132863336},
                                                        {"B", 133047848}, {"C", 133638952},
                                                        {"D", 138357544}, {"E", 143667240}};
  ASSERT_EQ(vgg_letters().size(), table2.size());
  for (const auto& [letter, count] : table2) {
    EXPECT_EQ(parameter_count(vgg_net(letter, {})), count) << letter;
  }
}

TEST(VggTest, LayersAreNamedAsInTheReleasedModels) {
  EXPECT_THAT(learned_layers(vgg_net("E", {})),
              ElementsAre("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2",
                          "conv3_3", "conv3_4", "conv4_1", "conv4_2", "conv4_3", "conv4_4",
                          "conv5_1", "conv5_2", "conv5_3", "conv5_4", "fc6", "fc7", "fc8"));
  EXPECT_THAT(learned_layers(vgg_net("A", {})),
              ElementsAre("conv1_1", "conv2_1", "conv3_1", "conv3_2", "conv4_1", "conv4_2",
                          "conv5_1", "conv5_2", "fc6", "fc7", "fc8"));
}

TEST(VggTest, ThirdConvolutionsOfCAreOneByOne) {
  for (const Layer& layer : vgg_net("C", {}).layers) {
    const auto* conv = std::get_if<Convolution>(&layer);
    if (!conv) continue;
    EXPECT_EQ(conv->kernel, conv->name.ends_with("_3") ? 1 : 3) << conv->name;
  }
}

TEST(VggTest, LrnFollowsTheFirstReluOfALrnOnly) {
  for (const std::string_view letter : vgg_letters()) {
    const Net net = vgg_net(letter, {});
    for (std::size_t i = 0; i < net.layers.size(); ++i) {
      const bool is_lrn = std::holds_alternative<Lrn>(net.layers[i]);
      EXPECT_EQ(is_lrn, letter == "A-LRN" && i == 2) << letter << " layer " << i;
    }
  }
}

TEST(VggTest, DropoutFollowsTheRelusOfTheFirstTwoFullyConnectedLayers) {
  const Net net = vgg_net("D", {.dropout = 0.25});
  const std::size_t end = net.layers.size();
  ASSERT_GE(end, 7U);
  for (const std::size_t fc : {end - 7, end - 4}) {
    EXPECT_TRUE(std::holds_alternative<FullyConnected>(net.layers[fc]));
    EXPECT_TRUE(std::holds_alternative<Relu>(net.layers[fc + 1]));
    ASSERT_TRUE(std::holds_alternative<Dropout>(net.layers[fc + 2]));
    EXPECT_EQ(std::get<Dropout>(net.layers[fc + 2]).probability, 0.25);
  }
}

TEST(VggTest, ShapesHalveFiveTimes) {
  const std::vector<Shape> shapes = layer_shapes(vgg_net("A", {}));
  EXPECT_EQ(shapes.front(), (Shape{64, 224, 224}));
  EXPECT_THAT(shapes, Contains(Shape{512, 7, 7}));
  EXPECT_EQ(shapes.back(), (Shape{1000, 1, 1}));
}

TEST(VggTest, WidthsAndClassesScale) {
  const Net net =
      vgg_net("D", {.crop = 64, .width_divisor = 4, .fully_connected = 32, .classes = 9});
  EXPECT_EQ(layer_shapes(net).front(), (Shape{16, 64, 64}));
  EXPECT_EQ(classes(net), 9);
  const std::vector<ParameterShape> shapes = parameter_shapes(net);
  const ParameterShape& fc6 = shapes[shapes.size() - 6];
  EXPECT_EQ(fc6.name(), "fc6.weight");
  EXPECT_THAT(fc6.dims, ElementsAre(32, 128 * 2 * 2));
}

TEST(VggTest, ForwardFlopsOfDAreAbout31Giga) {
  EXPECT_NEAR(static_cast<double>(forward_flops(vgg_net("D", {}))), 30.94e9, 0.02e9);
}

TEST(VggTest, DenseScoringWantsAtLeastTheCropUpToWhatPoolingDrops) {
  EXPECT_EQ(least_input_side(vgg_net("D", {})), 224);
  EXPECT_EQ(least_input_side(vgg_net("D", {.crop = 56, .width_divisor = 4})), 32);
}

TEST(VggTest, ErrorsSayWhatIsAllowed) {
  EXPECT_THAT([] { (void)vgg_net("F", {}); },
              spec_error("no net 'F'; allowed: A, A-LRN, B, C, D or E"));
  EXPECT_THAT([] { (void)vgg_net("D", {.crop = 16}); }, spec_error("crop is 16 px; allowed: "));
  EXPECT_THAT([] { (void)vgg_net("D", {.width_divisor = 3}); },
              spec_error("width_divisor is 3; allowed: 1, 2, 4"));
  EXPECT_THAT([] { (void)vgg_net("D", {.dropout = 1}); }, spec_error("dropout 1"));
}

TEST(NetTest, FansFollowTheKernel) {
  const Net net{"n", {5, 3}, {Convolution{"c", 8, 5}, FullyConnected{"f", 2}}};
  const std::vector<ParameterShape> shapes = parameter_shapes(net);
  ASSERT_EQ(shapes.size(), 4U);
  EXPECT_THAT(shapes[0].dims, ElementsAre(8, 3, 5, 5));
  EXPECT_EQ(shapes[0].fan_in, 75);
  EXPECT_EQ(shapes[0].fan_out, 200);
  EXPECT_EQ(shapes[1].name(), "c.bias");
  EXPECT_THAT(shapes[1].dims, ElementsAre(8));
  EXPECT_THAT(shapes[2].dims, ElementsAre(2, 8 * 3 * 5));
  EXPECT_EQ(shapes[2].fan_in, 120);
  EXPECT_EQ(shapes[2].fan_out, 2);
  EXPECT_EQ(forward_flops(net), 2 * (8 * 15 * 75 + 2 * 120));
  EXPECT_EQ(training_flops(net), 2 * (2 * 8 * 15 * 75 + 3 * 2 * 120)) << "no gradient of the input";
}

TEST(NetTest, PoolsRoundDown) {
  const Net net{"n", {7, 5}, {MaxPool{2}, FullyConnected{"f", 2}}};
  EXPECT_EQ(layer_shapes(net).front(), (Shape{3, 2, 3}));
  EXPECT_EQ(least_input_side(net), 6);
}

TEST(NetTest, NetsThatCannotBeAreErrors) {
  const FullyConnected last{"fc", 2};
  const auto shapes = [](std::vector<Layer> layers) {
    return [layers = std::move(layers)] { check_net({"n", {4, 4}, layers}); };
  };
  EXPECT_THAT(shapes({}), spec_error("the last layer must be fully connected"));
  EXPECT_THAT(shapes({last, Relu{}}), spec_error("the last layer must be fully connected"));
  EXPECT_THAT(shapes({MaxPool{5}, last}), spec_error("leaves nothing of a map of 4x4"));
  EXPECT_THAT(shapes({MaxPool{0}, last}), spec_error("a pool of window 0"));
  EXPECT_THAT(shapes({last, Convolution{"c", 1, 1}, last}),
              spec_error("c is a convolution after a fully connected layer"));
  EXPECT_THAT(shapes({last, last}), spec_error("two layers are called fc"));
  EXPECT_THAT(shapes({Convolution{"c", 1, 2}, last}), spec_error("kernel 2; allowed: odd"));
  EXPECT_THAT(shapes({Convolution{"a/b", 1, 3}, last}), spec_error("called 'a/b'; allowed"));
  EXPECT_THAT(shapes({Convolution{"c", 0, 3}, last}), spec_error("c has 0 outputs"));
  EXPECT_THAT(shapes({Lrn{4}, last}), spec_error("lrn over 4 channels"));
  EXPECT_THAT([&] { check_net({"n", {0, 4}, {last}}); }, spec_error("an input of 0x4 px"));
}

TEST(LayerNames, AreThoseOfTheReleasedModels) {
  const auto names = layer_names(vgg_net("A-LRN", {}));
  EXPECT_EQ(
      std::vector<std::string>(names.begin(), names.begin() + 6),
      (std::vector<std::string>{"conv1_1", "relu1_1", "norm1", "pool1", "conv2_1", "relu2_1"}));
  EXPECT_EQ(std::vector<std::string>(names.end() - 7, names.end()),
            (std::vector<std::string>{"fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "fc8"}));
}

TEST(LayerNames, OfLayersWithoutNumbers) {
  const Net net{
      "odd",
      {8, 8},
      {Relu{}, Convolution{"stem", 4, 3}, Relu{}, MaxPool{2}, MaxPool{2}, FullyConnected{"fc", 3}}};
  EXPECT_EQ(layer_names(net),
            (std::vector<std::string>{"relu", "stem", "relu_stem", "pool1", "pool2", "fc"}));
}

}  // namespace
}  // namespace vggflow
