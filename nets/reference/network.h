#pragma once

#include <cstddef>
#include <vector>

#include "nets/reference/layers.h"

namespace vggflow::reference {

/// The learned tensors (or their gradients), in the order of parameter_shapes().
using Tensors = std::vector<Values>;

/// A net with the geometry of its filters worked out; holds no weights.
class VGGFLOW_API Network {
 public:
  explicit Network(const Net& net);

  /// Class scores of one image, (classes, h, w); (classes, 1, 1) at the training size.
  [[nodiscard]] Map score(const Tensors& weights, Map in) const;

  /// What a training pass leaves for the backward pass: the input of every layer, then the output.
  using Trace = std::vector<Map>;
  [[nodiscard]] Trace forward(const Tensors& weights, Map in, const DropoutSource& dropout) const;
  /// `gradient` is of the loss by the output; adds to `gradients`.
  void backward(const Tensors& weights, const Trace& trace, Map gradient,
                const DropoutSource& dropout, Tensors& gradients) const;

 private:
  struct Node {
    Layer layer;
    Filter filter;            ///< of a convolution or a fully connected layer
    std::size_t weights = 0;  ///< index of its weights; those of its bias follow
    int dropout = 0;          ///< which dropout layer
  };
  [[nodiscard]] Map apply(const Node& node, const Tensors& weights, const Map& in,
                          const DropoutSource* dropout) const;

  std::vector<Node> nodes_;
};

}  // namespace vggflow::reference
