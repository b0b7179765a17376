#include "nets/cudnn/parameter_layout.h"

#include <algorithm>

#include "base/image.h"
#include "nets/cudnn/precision.h"

namespace vggflow::cudnn {
namespace {

/// Calls visit(index on the host, index on the card) for every true element.
template <class Visit>
void each_element(const DeviceTensor& tensor, Visit visit) {
  const std::int64_t row = std::int64_t{tensor.width} * tensor.padded_inputs;
  std::int64_t host = 0;
  for (int k = 0; k < tensor.outputs; ++k) {
    for (int c = 0; c < tensor.inputs; ++c) {
      for (int r = 0; r < tensor.height; ++r) {
        for (int s = 0; s < tensor.width; ++s, ++host) {
          visit(host, (std::int64_t{k} * tensor.height + r) * row +
                          std::int64_t{s} * tensor.padded_inputs + c);
        }
      }
    }
  }
}

DeviceTensor weights_of(const ParameterShape& shape, const Layer& layer, const Shape& in) {
  DeviceTensor tensor{.shape = shape, .inputs = in.channels};
  if (const auto* conv = std::get_if<Convolution>(&layer)) {
    tensor.outputs = conv->outputs;
    tensor.height = tensor.width = conv->kernel;
  } else {
    tensor.outputs = std::get<FullyConnected>(layer).outputs;
    tensor.height = in.height;
    tensor.width = in.width;
  }
  tensor.padded_outputs = padded(tensor.outputs);
  tensor.padded_inputs = padded(tensor.inputs);
  return tensor;
}

DeviceTensor bias_of(const ParameterShape& shape, int outputs) {
  return {.shape = shape, .outputs = outputs, .padded_outputs = padded(outputs)};
}

}  // namespace

ParameterLayout::ParameterLayout(const Net& net) {
  const std::vector<ParameterShape> shapes = parameter_shapes(net);
  const std::vector<Shape> outputs = layer_shapes(net);
  Shape in{kChannels, net.input.height, net.input.width};
  for (std::size_t i = 0; i < net.layers.size(); ++i) {
    if (is_product(net.layers[i])) {
      tensors_.push_back(weights_of(shapes[tensors_.size()], net.layers[i], in));
      tensors_.push_back(bias_of(shapes[tensors_.size()], outputs[i].channels));
    }
    in = outputs[i];
  }
  for (DeviceTensor& tensor : tensors_) {
    tensor.begin = elements_;
    elements_ = tensor.end();  // a multiple of kChannelStep: outputs are
  }
}

const DeviceTensor& ParameterLayout::at(const std::string& layer, bool bias) const {
  return *std::find_if(tensors_.begin(), tensors_.end(), [&](const DeviceTensor& tensor) {
    return tensor.shape.layer == layer && tensor.shape.bias == bias;
  });
}

std::vector<float> ParameterLayout::arena_of(const Parameters& parameters) const {
  std::vector<float> arena(static_cast<std::size_t>(elements_));
  for (const DeviceTensor& tensor : tensors_) {
    const float* from = parameters.find(tensor.shape.name())->values.data();
    float* to = arena.data() + tensor.begin;
    each_element(tensor, [&](std::int64_t host, std::int64_t card) { to[card] = from[host]; });
  }
  return arena;
}

Parameters ParameterLayout::parameters_of(const std::vector<float>& arena) const {
  Parameters parameters;
  for (const DeviceTensor& tensor : tensors_) {
    Tensor& out =
        parameters.tensors.emplace_back(Tensor{tensor.shape.name(), tensor.shape.dims, {}});
    out.values.resize(static_cast<std::size_t>(tensor.shape.elements()));
    const float* from = arena.data() + tensor.begin;
    float* to = out.values.data();
    each_element(tensor, [&](std::int64_t host, std::int64_t card) { to[host] = from[card]; });
  }
  return parameters;
}

}  // namespace vggflow::cudnn
