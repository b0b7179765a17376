#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/export.h"
#include "base/rng.h"
#include "nets/net.h"

/// The layers of the reference engine: plain loops in double, one image at a time. Every backward
/// function takes the layer's input and the loss's gradient with respect to its output, and returns
/// the gradient with respect to its input.
namespace vggflow::reference {

using Values = std::vector<double>;

/// Activations of one image: (C, H, W), row-major.
struct Map {
  Shape shape;
  Values values;

  Map() = default;
  explicit Map(Shape of) : shape(of), values(static_cast<std::size_t>(of.elements()), 0.0) {}

  [[nodiscard]] std::size_t index(int c, int y, int x) const {
    return (static_cast<std::size_t>(c) * static_cast<std::size_t>(shape.height) +
            static_cast<std::size_t>(y)) *
               static_cast<std::size_t>(shape.width) +
           static_cast<std::size_t>(x);
  }
  [[nodiscard]] double at(int c, int y, int x) const { return values[index(c, y, x)]; }
  [[nodiscard]] double& at(int c, int y, int x) { return values[index(c, y, x)]; }
};

/// Geometry of a convolution of stride 1 with zero padding on all sides; weights are (outputs,
/// inputs, height, width). A fully connected layer is one of its whole training input without
/// padding; that is how it slides over larger inputs.
struct Filter {
  int outputs = 0;
  int inputs = 0;
  int height = 1;
  int width = 1;
  int pad = 0;
};

VGGFLOW_API Map convolution(const Map& in, const Filter& filter, const Values& weights,
                            const Values& bias);
/// Adds to the gradients of weights and bias.
VGGFLOW_API Map convolution_backward(const Map& in, const Filter& filter, const Values& weights,
                                     const Map& out_gradient, Values& weight_gradient,
                                     Values& bias_gradient);

VGGFLOW_API Map relu(const Map& in);
/// The gradient at 0 is 0.
VGGFLOW_API Map relu_backward(const Map& in, const Map& out_gradient);

VGGFLOW_API Map max_pool(const Map& in, int window);
/// The gradient goes to the first maximum of a window, in row-major order.
VGGFLOW_API Map max_pool_backward(const Map& in, int window, const Map& out_gradient);

VGGFLOW_API Map lrn(const Map& in, const Lrn& layer);
VGGFLOW_API Map lrn_backward(const Map& in, const Lrn& layer, const Map& out_gradient);

/// What keys the dropout of one sample: see Engine.
struct DropoutSource {
  std::uint64_t seed = 0;
  std::uint64_t iteration = 0;
  std::uint64_t position = 0;
};
/// The factor of every element: 0 or 1 / (1 - probability); `layer` counts dropout layers from 0.
VGGFLOW_API Values dropout_mask(const DropoutSource& source, int layer, double probability,
                                std::size_t elements);
/// Forward and backward alike.
VGGFLOW_API Map masked(Map map, const Values& mask);

VGGFLOW_API Values softmax(std::span<const double> scores);
/// Multinomial logistic loss of one sample, in nats.
VGGFLOW_API double softmax_loss(std::span<const double> scores, int label);
/// Its gradient with respect to the scores, times `weight`.
VGGFLOW_API Values softmax_loss_gradient(std::span<const double> scores, int label, double weight);

}  // namespace vggflow::reference
