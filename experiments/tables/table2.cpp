#include "experiments/tables/table2.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "experiments/tables/render/text_table.h"
#include "nets/vgg.h"

namespace vggflow {
namespace {

std::string decimal(const char* format, double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

bool works_in_place(const Layer& layer) {
  return std::holds_alternative<Relu>(layer) || std::holds_alternative<Dropout>(layer);
}

std::vector<std::string> row_of(const Net& net) {
  const auto parameters = parameter_shapes(net);
  const auto layers = std::ranges::count(parameters, false, &ParameterShape::bias);
  return {net.name, std::to_string(layers), std::to_string(parameter_count(net)),
          decimal("%.2f", 1e-9 * static_cast<double>(forward_flops(net))),
          decimal("%.1f", 1e-6 * static_cast<double>(activation_bytes(net)))};
}

}  // namespace

std::int64_t activation_bytes(const Net& net) {
  const std::vector<Shape> shapes = layer_shapes(net);
  std::int64_t elements = net.input.area() * 3;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (!works_in_place(net.layers[i])) elements += shapes[i].elements();
  }
  return elements * static_cast<std::int64_t>(sizeof(float));
}

std::string table2_text() {
  std::vector<std::vector<std::string>> rows;
  for (const std::string_view letter : vgg_letters()) rows.push_back(row_of(vgg_net(letter, {})));
  return "Table 2: the nets, with inputs of 224x224 and 1000 classes\n\n" +
         text_table({{"net"},
                     {"weight layers", true},
                     {"parameters", true},
                     {"GFLOP forward an image", true},
                     {"MB of activations an image", true}},
                    rows) +
         "\nGFLOP: multiply-adds x 2 of convolutions and fully connected layers. Activations: "
         "what\n"
         "training keeps for the backward pass, in f32; ReLU and dropout work in place.\n";
}

}  // namespace vggflow
