#include "experiments/spec/net_table.h"

#include <cstdio>
#include <map>

namespace vggflow {
namespace {

std::string text(const char* format, auto... values) {
  char buffer[160];
  std::snprintf(buffer, sizeof buffer, format, values...);
  return buffer;
}

/// 138,357,544.
std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

/// What a layer is called, and its learned name, if it has one.
struct Described {
  std::string kind;
  std::string name = {};
};
struct Describe {
  Described operator()(const Convolution& c) const {
    return {text("%dx%d convolution", c.kernel, c.kernel), c.name};
  }
  Described operator()(const Relu&) const { return {"ReLU"}; }
  Described operator()(const MaxPool& p) const {
    return {text("%dx%d max-pooling", p.window, p.window)};
  }
  Described operator()(const Lrn& l) const {
    return {text("LRN n=%d k=%g alpha=%g beta=%g", l.size, l.k, l.alpha, l.beta)};
  }
  Described operator()(const FullyConnected& f) const { return {"fully connected", f.name}; }
  Described operator()(const Dropout& d) const { return {text("dropout %g", d.probability)}; }
};

}  // namespace

std::string net_table(const Net& net) {
  std::map<std::string, std::int64_t> learned;
  for (const ParameterShape& shape : parameter_shapes(net)) {
    learned[shape.layer] += shape.elements();
  }
  std::string out =
      "# net " + net.name + ": input " + to_string(net.input) + ", " +
      std::to_string(classes(net)) + " classes, " + grouped(parameter_count(net)) +
      " parameters, " +
      text("%.3g GFLOP forward an image", static_cast<double>(forward_flops(net)) * 1e-9) + "\n";
  const std::vector<Shape> shapes = layer_shapes(net);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Described layer = std::visit(Describe{}, net.layers[i]);
    const std::string shape =
        text("%d x %d x %d", shapes[i].channels, shapes[i].height, shapes[i].width);
    const std::string count = layer.name.empty() ? "" : grouped(learned[layer.name]);
    std::string line = text("  %-8s %-18s %-16s %12s", layer.name.c_str(), layer.kind.c_str(),
                            shape.c_str(), count.c_str());
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace vggflow
