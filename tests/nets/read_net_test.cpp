#include <gmock/gmock.h>

#include "base/error.h"
#include "nets/vgg.h"

namespace vggflow {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Property;
using ::testing::Throws;

using Entries = std::vector<Value::Entry>;

Value scalar(std::string text) {
  Value value = Value::text(std::move(text));
  value.file = "net.yaml";
  value.line = 7;
  return value;
}

Value map(Entries entries) {
  Value value = Value::map();
  value.entries = std::move(entries);
  value.file = "net.yaml";
  value.line = 3;
  return value;
}

Value list(std::vector<Value> items) {
  Value value = Value::list();
  value.items = std::move(items);
  value.file = "net.yaml";
  value.line = 4;
  return value;
}

Net read(const Value& section, int default_crop = 0) {
  return read_net(Params(section, "net"), default_crop);
}

Value written_out() {
  return map(
      {{"name", scalar("mine")},
       {"layers",
        list({map({{"conv", map({{"name", scalar("c1")}, {"outputs", scalar("8")}})}}),
              scalar("relu"), map({{"lrn", map({{"alpha", scalar("0.5")}})}}), scalar("pool"),
              map({{"conv", map({{"name", scalar("c2")},
                                 {"outputs", scalar("4")},
                                 {"kernel", scalar("1")}})}}),
              map({{"pool", map({{"window", scalar("3")}})}}), map({{"dropout", scalar("0.25")}}),
              map({{"fc", map({{"name", scalar("f")}, {"outputs", scalar("10")}})}})})}});
}

/// A matcher of an Error of origin `spec` at a line of net.yaml.
auto spec_error(const std::string& text, const std::string& place = "net.yaml") {
  return Throws<Error>(AllOf(Property(&Error::origin, Origin::spec),
                             Property(&Error::place, HasSubstr(place)),
                             Property(&Error::message, HasSubstr(text))));
}

TEST(ReadNetTest, Letter) {
  const Net net = read(map({{"config", scalar("C")}}), 224);
  EXPECT_EQ(net.name, "C");
  EXPECT_EQ(parameter_count(net), 133638952);
}

TEST(ReadNetTest, LetterWithAllItsOptions) {
  const Net net = read(map({{"config", scalar("A-LRN")},
                            {"crop", scalar("56")},
                            {"width_divisor", scalar("4")},
                            {"fully_connected", scalar("96")},
                            {"classes", scalar("10")},
                            {"dropout", scalar("0.1")}}),
                       224);
  EXPECT_EQ(net.input, (Size{56, 56}));
  EXPECT_EQ(layer_shapes(net).front(), (Shape{16, 56, 56}));
  EXPECT_EQ(classes(net), 10);
  const std::size_t end = net.layers.size();
  EXPECT_EQ(std::get<FullyConnected>(net.layers[end - 4]).outputs, 96);
  EXPECT_EQ(std::get<Dropout>(net.layers[end - 2]).probability, 0.1);
}

TEST(ReadNetTest, WrittenOut) {
  const Net net = read(written_out(), 12);
  EXPECT_EQ(net.name, "mine");
  EXPECT_EQ(net.input, (Size{12, 12}));
  ASSERT_EQ(net.layers.size(), 8U);
  EXPECT_EQ(std::get<Convolution>(net.layers[0]).kernel, 3);
  EXPECT_EQ(std::get<Lrn>(net.layers[2]).alpha, 0.5);
  EXPECT_EQ(std::get<Lrn>(net.layers[2]).size, 5);
  EXPECT_EQ(std::get<MaxPool>(net.layers[3]).window, 2);
  EXPECT_EQ(std::get<Convolution>(net.layers[4]).kernel, 1);
  EXPECT_EQ(std::get<MaxPool>(net.layers[5]).window, 3);
  EXPECT_EQ(std::get<Dropout>(net.layers[6]).probability, 0.25);
  EXPECT_EQ(std::get<FullyConnected>(net.layers[7]).outputs, 10);
}

TEST(ReadNetTest, ErrorUnknownLetter) {
  EXPECT_THAT(
      [] {
        read(map({{"config", scalar("G")}}), 224);
      },
      spec_error("net.config: got 'G'; allowed: A, A-LRN, B, C, D or E", "net.yaml:7"));
}

TEST(ReadNetTest, ErrorCropTooSmall) {
  EXPECT_THAT(
      [] {
        read(map({{"config", scalar("D")}}), 16);
      },
      spec_error("crop is 16 px; allowed: at least 32"));
}

TEST(ReadNetTest, ErrorNoCropAnywhere) {
  EXPECT_THAT([] { read(map({{"config", scalar("D")}}), 0); }, spec_error("net.crop: is missing"));
}

TEST(ReadNetTest, ErrorNeitherLetterNorLayers) {
  EXPECT_THAT(
      [] {
        read(map({{"classes", scalar("3")}}), 224);
      },
      spec_error("net.config: is missing"));
}

TEST(ReadNetTest, ErrorLetterAndLayers) {
  Value both = written_out();
  both["config"] = scalar("D");
  EXPECT_THAT([&] { read(both, 224); }, spec_error("net.layers: cannot stand beside"));
}

TEST(ReadNetTest, ErrorUnknownKey) {
  EXPECT_THAT(
      [] {
        read(map({{"config", scalar("D")}, {"depth", scalar("16")}}), 224);
      },
      spec_error("net.depth: is not a known key", "net.yaml:7"));
}

TEST(ReadNetTest, ErrorUnknownLayer) {
  Value section = written_out();
  section.find("layers")->items[1] = scalar("gelu");
  EXPECT_THAT([&] { read(section, 12); },
              spec_error("net.layers[1]: there is no layer 'gelu'; allowed: conv, relu, pool, lrn, "
                         "fc or dropout",
                         "net.yaml:7"));
}

TEST(ReadNetTest, ErrorUnknownKeyOfALayer) {
  Value section = written_out();
  section.find("layers")->items[0].entries[0].second["stride"] = scalar("2");
  EXPECT_THAT([&] { read(section, 12); },
              spec_error("net.layers[0].conv.stride: is not a known key"));
}

TEST(ReadNetTest, ErrorLayerWithoutName) {
  Value section = written_out();
  section.find("layers")->items[7] = scalar("fc");
  EXPECT_THAT([&] { read(section, 12); },
              spec_error("net.layers[7].fc.name: is missing", "net.yaml:7"));
}

TEST(ReadNetTest, ErrorLayerThatIsNoMapOfOneName) {
  Value section = written_out();
  section.find("layers")->items[1] = list({});
  EXPECT_THAT([&] { read(section, 12); }, spec_error("net.layers[1]: a layer is a name or a map"));
  *section.find("layers") = scalar("relu");
  EXPECT_THAT([&] { read(section, 12); }, spec_error("net.layers: is not a list"));
}

TEST(ReadNetTest, ErrorNetThatCannotBe) {
  EXPECT_THAT([] { read(written_out(), 4); }, spec_error("leaves nothing of a map", "net.yaml:3"));
}

TEST(ReadNetTest, ErrorClassesOtherThanTheLastLayers) {
  Value section = written_out();
  section["classes"] = scalar("9");
  EXPECT_THAT([&] { read(section, 12); },
              spec_error("net.classes: differs from the last layer, which has 10 outputs"));
}

}  // namespace
}  // namespace vggflow
