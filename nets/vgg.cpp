#include "nets/vgg.h"

#include <array>
#include <string>

#include "base/error.h"

namespace vggflow {
namespace {

/// One column of the paper's table 1.
struct Column {
  std::string_view letter;
  std::array<int, 5> convolutions;  ///< of each block
  bool one_by_one = false;          ///< the third convolution of a block is 1x1
  bool lrn = false;                 ///< after the first convolution's ReLU
};
constexpr std::array<Column, 6> kTable1{{{"A", {1, 1, 2, 2, 2}},
                                         {"A-LRN", {1, 1, 2, 2, 2}, false, true},
                                         {"B", {2, 2, 2, 2, 2}},
                                         {"C", {2, 2, 3, 3, 3}, true},
                                         {"D", {2, 2, 3, 3, 3}},
                                         {"E", {2, 2, 4, 4, 4}}}};
constexpr std::array<int, 5> kChannelsOfBlock{64, 128, 256, 512, 512};

[[noreturn]] void fail(std::string_view letter, const std::string& message) {
  throw Error(Origin::spec, "net " + std::string(letter) + ": " + message);
}

const Column& column(std::string_view letter) {
  for (const Column& c : kTable1) {
    if (c.letter == letter) return c;
  }
  throw Error(Origin::spec,
              "there is no net '" + std::string(letter) + "'; allowed: " + joined(vgg_letters()));
}

void check(std::string_view letter, const VggOptions& options) {
  if (options.crop < 32) {
    fail(letter, "crop is " + std::to_string(options.crop) +
                     " px; allowed: at least 32, since five poolings halve it");
  }
  if (options.width_divisor < 1 || kChannelsOfBlock[0] % options.width_divisor != 0) {
    fail(letter, "width_divisor is " + std::to_string(options.width_divisor) +
                     "; allowed: 1, 2, 4, 8, 16, 32 or 64, which divide 64 channels");
  }
  if (options.fully_connected < 1 || options.classes < 1) {
    fail(letter, "fully_connected and classes must be 1 or more");
  }
}

void add_block(Net& net, const Column& column, std::size_t block, int width_divisor) {
  for (int i = 1; i <= column.convolutions[block]; ++i) {
    net.layers.emplace_back(
        Convolution{"conv" + std::to_string(block + 1) + "_" + std::to_string(i),
                    kChannelsOfBlock[block] / width_divisor, column.one_by_one && i == 3 ? 1 : 3});
    net.layers.emplace_back(Relu{});
    if (column.lrn && block == 0 && i == 1) net.layers.emplace_back(Lrn{});
  }
  net.layers.emplace_back(MaxPool{});
}

void add_classifier(Net& net, const VggOptions& options) {
  for (const char* name : {"fc6", "fc7"}) {
    net.layers.emplace_back(FullyConnected{name, options.fully_connected});
    net.layers.emplace_back(Relu{});
    net.layers.emplace_back(Dropout{options.dropout});
  }
  net.layers.emplace_back(FullyConnected{"fc8", options.classes});
}

}  // namespace

const std::vector<std::string_view>& vgg_letters() {
  static const std::vector<std::string_view> letters = [] {
    std::vector<std::string_view> all;
    for (const Column& c : kTable1) all.push_back(c.letter);
    return all;
  }();
  return letters;
}

Net vgg_net(std::string_view letter, const VggOptions& options) {
  const Column& which = column(letter);
  check(letter, options);
  Net net{std::string(letter), {options.crop, options.crop}, {}};
  for (std::size_t block = 0; block < which.convolutions.size(); ++block) {
    add_block(net, which, block, options.width_divisor);
  }
  add_classifier(net, options);
  check_net(net);
  return net;
}

}  // namespace vggflow
