#include "nets/net.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/error.h"

namespace vggflow {
namespace {

/// Follows one image through the layers: the shape so far, and what may still come.
class ShapeWalk {
 public:
  explicit ShapeWalk(const Net& net) : net_(net) {
    if (net.input.width < 1 || net.input.height < 1) {
      fail("an input of " + to_string(net.input) + " px; allowed: at least 1x1");
    }
    shape_ = {3, net.input.height, net.input.width};
  }

  Shape after(const Layer& layer) {
    std::visit([this](const auto& l) { step(l); }, layer);
    return shape_;
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(Origin::spec, "net '" + net_.name + "': " + message);
  }

 private:
  void step(const Convolution& conv) {
    check_learned(conv.name, conv.outputs);
    if (flat_) fail(conv.name + " is a convolution after a fully connected layer");
    if (conv.kernel < 1 || conv.kernel % 2 == 0) {
      fail(conv.name + " has kernel " + std::to_string(conv.kernel) + "; allowed: odd, 1 or more");
    }
    shape_.channels = conv.outputs;
  }

  void step(const Relu& /*relu*/) {}

  void step(const MaxPool& pool) {
    if (pool.window < 1) {
      fail("a pool of window " + std::to_string(pool.window) + "; allowed: 1 or more");
    }
    const Size in{shape_.width, shape_.height};
    shape_.height /= pool.window;
    shape_.width /= pool.window;
    if (shape_.elements() == 0) {
      fail("a pool of window " + std::to_string(pool.window) + " leaves nothing of a map of " +
           to_string(in) + "; the input of " + to_string(net_.input) + " px is too small");
    }
  }

  void step(const Lrn& lrn) {
    if (lrn.size < 1 || lrn.size % 2 == 0) {
      fail("lrn over " + std::to_string(lrn.size) + " channels; allowed: odd, 1 or more");
    }
    if (lrn.k <= 0 || lrn.alpha < 0) fail("lrn wants k > 0 and alpha >= 0");
  }

  void step(const FullyConnected& fc) {
    check_learned(fc.name, fc.outputs);
    flat_ = true;
    shape_ = {fc.outputs, 1, 1};
  }

  void step(const Dropout& dropout) {
    if (!(dropout.probability >= 0 && dropout.probability < 1)) {
      fail("dropout " + std::to_string(dropout.probability) + "; allowed: from 0 to below 1");
    }
  }

  void check_learned(const std::string& name, int outputs) {
    const auto plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '-';
    };
    // Names become HDF5 paths and prefixes of tensor names.
    if (name.empty() || !std::all_of(name.begin(), name.end(), plain)) {
      fail("a layer is called '" + name + "'; allowed: letters, digits, '_' and '-'");
    }
    if (!names_.insert(name).second) fail("two layers are called " + name);
    if (outputs < 1) {
      fail(name + " has " + std::to_string(outputs) + " outputs; allowed: 1 or more");
    }
  }

  const Net& net_;
  Shape shape_;
  bool flat_ = false;
  std::set<std::string> names_;
};

/// Calls visit(layer, input shape, output shape) for every layer.
template <class Visit>
void walk(const Net& net, Visit visit) {
  const std::vector<Shape> shapes = layer_shapes(net);
  Shape in{3, net.input.height, net.input.width};
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    visit(net.layers[i], in, shapes[i]);
    in = shapes[i];
  }
}

void add_parameters(std::vector<ParameterShape>& all, const Convolution& conv, const Shape& in) {
  const std::int64_t area = std::int64_t{conv.kernel} * conv.kernel;
  const std::int64_t fan_in = in.channels * area;
  const std::int64_t fan_out = conv.outputs * area;
  all.push_back(
      {conv.name, false, {conv.outputs, in.channels, conv.kernel, conv.kernel}, fan_in, fan_out});
  all.push_back({conv.name, true, {conv.outputs}, fan_in, fan_out});
}

void add_parameters(std::vector<ParameterShape>& all, const FullyConnected& fc, const Shape& in) {
  all.push_back({fc.name, false, {fc.outputs, in.elements()}, in.elements(), fc.outputs});
  all.push_back({fc.name, true, {fc.outputs}, in.elements(), fc.outputs});
}

/// Names one layer after the other.
class Namer {
 public:
  std::string operator()(const Convolution& conv) { return learned(conv.name); }
  std::string operator()(const FullyConnected& fc) { return learned(fc.name); }
  std::string operator()(const Relu& /*relu*/) const { return "relu" + suffix_; }
  std::string operator()(const Dropout& /*dropout*/) const { return "drop" + suffix_; }
  std::string operator()(const MaxPool& /*pool*/) { return "pool" + std::to_string(++pools_); }
  std::string operator()(const Lrn& /*lrn*/) { return "norm" + std::to_string(++lrns_); }

 private:
  // conv1_1 -> 1_1; what holds no digit is taken whole.
  std::string learned(const std::string& name) {
    const auto digit = name.find_first_of("0123456789");
    suffix_ = digit == std::string::npos ? "_" + name : name.substr(digit);
    return name;
  }

  std::string suffix_;
  int pools_ = 0;
  int lrns_ = 0;
};

/// Of each convolution and fully connected layer, forward, one image.
std::vector<std::int64_t> product_flops(const Net& net) {
  std::vector<std::int64_t> flops;
  walk(net, [&](const Layer& layer, const Shape& in, const Shape& out) {
    if (const auto* conv = std::get_if<Convolution>(&layer)) {
      flops.push_back(2 * out.elements() * in.channels * conv->kernel * conv->kernel);
    }
    if (std::holds_alternative<FullyConnected>(layer)) {
      flops.push_back(2 * out.elements() * in.elements());
    }
  });
  return flops;
}

}  // namespace

std::int64_t ParameterShape::elements() const {
  return std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<Shape> layer_shapes(const Net& net) {
  ShapeWalk walk(net);
  std::vector<Shape> shapes;
  for (const Layer& layer : net.layers) shapes.push_back(walk.after(layer));
  if (net.layers.empty() || !std::holds_alternative<FullyConnected>(net.layers.back())) {
    walk.fail("the last layer must be fully connected, one output per class");
  }
  return shapes;
}

void check_net(const Net& net) { static_cast<void>(layer_shapes(net)); }

std::vector<std::string> layer_names(const Net& net) {
  Namer namer;
  std::vector<std::string> names;
  for (const Layer& layer : net.layers) names.push_back(std::visit(namer, layer));
  return names;
}

int classes(const Net& net) { return layer_shapes(net).back().channels; }

std::vector<ParameterShape> parameter_shapes(const Net& net) {
  std::vector<ParameterShape> all;
  walk(net, [&](const Layer& layer, const Shape& in, const Shape& /*out*/) {
    if (const auto* conv = std::get_if<Convolution>(&layer)) add_parameters(all, *conv, in);
    if (const auto* fc = std::get_if<FullyConnected>(&layer)) add_parameters(all, *fc, in);
  });
  return all;
}

std::int64_t parameter_count(const Net& net) {
  std::int64_t count = 0;
  for (const ParameterShape& shape : parameter_shapes(net)) count += shape.elements();
  return count;
}

std::int64_t forward_flops(const Net& net) {
  const auto flops = product_flops(net);
  return std::accumulate(flops.begin(), flops.end(), std::int64_t{0});
}

std::int64_t training_flops(const Net& net) {
  return 3 * forward_flops(net) - product_flops(net).front();
}

int least_input_side(const Net& net) {
  // Only pools shrink a map, and floor(floor(s / a) / b) = floor(s / (a b)): the first fully
  // connected layer finds its extent if the input has it times all windows.
  int shrink = 1;
  Shape in{3, net.input.height, net.input.width};
  const std::vector<Shape> shapes = layer_shapes(net);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (std::holds_alternative<FullyConnected>(net.layers[i])) break;
    if (const auto* pool = std::get_if<MaxPool>(&net.layers[i])) shrink *= pool->window;
    in = shapes[i];
  }
  return std::max(in.height, in.width) * shrink;
}

}  // namespace vggflow
