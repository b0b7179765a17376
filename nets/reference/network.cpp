#include "nets/reference/network.h"

#include <utility>

namespace vggflow::reference {
namespace {

template <class... Lambdas>
struct Overloaded : Lambdas... {
  using Lambdas::operator()...;
};
template <class... Lambdas>
Overloaded(Lambdas...) -> Overloaded<Lambdas...>;

Filter filter_of(const Layer& layer, const Shape& in) {
  if (const auto* conv = std::get_if<Convolution>(&layer)) {
    return {conv->outputs, in.channels, conv->kernel, conv->kernel, (conv->kernel - 1) / 2};
  }
  if (const auto* fc = std::get_if<FullyConnected>(&layer)) {
    return {fc->outputs, in.channels, in.height, in.width, 0};
  }
  return {};
}

}  // namespace

Network::Network(const Net& net) {
  const std::vector<Shape> shapes = layer_shapes(net);
  Shape in{3, net.input.height, net.input.width};
  std::size_t weights = 0;
  int dropouts = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Layer& layer = net.layers[i];
    nodes_.push_back({layer, filter_of(layer, in), weights, dropouts});
    if (nodes_.back().filter.outputs > 0) weights += 2;
    if (std::holds_alternative<Dropout>(layer)) ++dropouts;
    in = shapes[i];
  }
}

/// Without a source, dropout passes everything.
Map Network::apply(const Node& node, const Tensors& weights, const Map& in,
                   const DropoutSource* dropout) const {
  const auto filtered = [&](const auto& /*learned*/) {
    return convolution(in, node.filter, weights[node.weights], weights[node.weights + 1]);
  };
  return std::visit(Overloaded{[&](const Convolution& layer) { return filtered(layer); },
                               [&](const FullyConnected& layer) { return filtered(layer); },
                               [&](const Relu&) { return relu(in); },
                               [&](const MaxPool& layer) { return max_pool(in, layer.window); },
                               [&](const Lrn& layer) { return lrn(in, layer); },
                               [&](const Dropout& layer) {
                                 if (!dropout) return in;
                                 return masked(
                                     in, dropout_mask(*dropout, node.dropout, layer.probability,
                                                      in.values.size()));
                               }},
                    node.layer);
}

Map Network::score(const Tensors& weights, Map in) const {
  for (const Node& node : nodes_) in = apply(node, weights, in, nullptr);
  return in;
}

Network::Trace Network::forward(const Tensors& weights, Map in,
                                const DropoutSource& dropout) const {
  Trace trace{std::move(in)};
  for (const Node& node : nodes_) trace.push_back(apply(node, weights, trace.back(), &dropout));
  return trace;
}

void Network::backward(const Tensors& weights, const Trace& trace, Map gradient,
                       const DropoutSource& dropout, Tensors& gradients) const {
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const Node& node = nodes_[i];
    const Map& in = trace[i];
    const auto filtered = [&](const auto& /*learned*/) {
      return convolution_backward(in, node.filter, weights[node.weights], gradient,
                                  gradients[node.weights], gradients[node.weights + 1]);
    };
    gradient = std::visit(
        Overloaded{
            [&](const Convolution& layer) { return filtered(layer); },
            [&](const FullyConnected& layer) { return filtered(layer); },
            [&](const Relu&) { return relu_backward(in, gradient); },
            [&](const MaxPool& layer) { return max_pool_backward(in, layer.window, gradient); },
            [&](const Lrn& layer) { return lrn_backward(in, layer, gradient); },
            [&](const Dropout& layer) {
              return masked(gradient, dropout_mask(dropout, node.dropout, layer.probability,
                                                   in.values.size()));
            }},
        node.layer);
  }
}

}  // namespace vggflow::reference
