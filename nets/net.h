#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/export.h"
#include "base/geometry.h"

namespace vggflow {

/// Square convolution, stride 1, padding that keeps the size ((kernel - 1) / 2).
struct Convolution {
  std::string name;  ///< "conv1_1"
  int outputs = 0;
  int kernel = 3;
};
struct Relu {};
/// Max-pooling, window = stride, borders dropped (sizes round down).
struct MaxPool {
  int window = 2;
};
/// Local response normalisation across channels: x / (k + alpha / size * sum of squares)^beta
/// (Krizhevsky et al. 2012, section 3.3; alpha divided by size as Caffe does).
struct Lrn {
  int size = 5;
  double k = 2;
  double alpha = 1e-4;
  double beta = 0.75;
};
/// Needs the whole (C, H, W) of its input; on larger inputs than it was made for it slides as a
/// convolution of its training extent.
struct FullyConnected {
  std::string name;  ///< "fc6"
  int outputs = 0;
};
/// Training only: zeroes with `probability` and scales the rest by 1 / (1 - probability).
struct Dropout {
  double probability = 0.5;
};
using Layer = std::variant<Convolution, Relu, MaxPool, Lrn, FullyConnected, Dropout>;

/// A layer that multiplies with learned weights.
[[nodiscard]] inline bool is_product(const Layer& layer) {
  return std::holds_alternative<Convolution>(layer) ||
         std::holds_alternative<FullyConnected>(layer);
}

/// A net as data. The last layer is fully connected with one output per class; softmax and the
/// multinomial logistic loss follow it implicitly.
struct Net {
  std::string name;      ///< "D", or what the spec calls it
  Size input{224, 224};  ///< training crop, px
  std::vector<Layer> layers;
};

/// Shape of one layer's output for one image: (channels, height, width).
struct Shape {
  int channels = 0;
  int height = 0;
  int width = 0;
  friend bool operator==(const Shape&, const Shape&) = default;
  [[nodiscard]] std::int64_t elements() const { return std::int64_t{channels} * height * width; }
};

/// A learned tensor of the net, row-major, Caffe's order and names.
struct ParameterShape {
  std::string layer;  ///< "conv1_1"
  bool bias = false;
  std::vector<std::int64_t> dims;  ///< weights (out, in, kh, kw) or (out, in); bias (out)
  std::int64_t fan_in = 0;         ///< inputs of one output
  std::int64_t fan_out = 0;        ///< outputs fed by one input (conv: out * kh * kw)
  [[nodiscard]] std::int64_t elements() const;
  /// "conv1_1.weight" or "conv1_1.bias"
  [[nodiscard]] std::string name() const { return layer + (bias ? ".bias" : ".weight"); }
};

/// Error (spec) for a net that cannot be: no last fully connected layer, a pool of nothing, a
/// convolution after a fully connected layer, two layers of one name, an even kernel.
VGGFLOW_API void check_net(const Net& net);
/// Output shape of every layer on the training input; checks the net.
[[nodiscard]] VGGFLOW_API std::vector<Shape> layer_shapes(const Net& net);
/// What every layer is called, as in Caffe: learned ones by their names, a ReLU or a dropout after
/// the learned layer before it (relu1_1, drop6), pools and LRN by their number (pool1, norm1).
[[nodiscard]] VGGFLOW_API std::vector<std::string> layer_names(const Net& net);
[[nodiscard]] VGGFLOW_API int classes(const Net& net);
/// In the order of the layers, weights before bias.
[[nodiscard]] VGGFLOW_API std::vector<ParameterShape> parameter_shapes(const Net& net);
[[nodiscard]] VGGFLOW_API std::int64_t parameter_count(const Net& net);
/// Multiply-adds x 2 of the convolutions and fully connected layers, forward, one image.
[[nodiscard]] VGGFLOW_API std::int64_t forward_flops(const Net& net);
/// Smallest input side that dense scoring accepts, px.
[[nodiscard]] VGGFLOW_API int least_input_side(const Net& net);

}  // namespace vggflow
