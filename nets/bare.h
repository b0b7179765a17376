#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/batch.h"
#include "base/export.h"
#include "nets/net.h"

namespace vggflow {

/// A convolution or fully connected layer of a net, on one batch. Floating-point operations are
/// multiply-adds x 2, those on padding included.
struct BareProduct {
  std::string layer;  ///< "conv1_1"
  std::int64_t forward_flops = 0;
  std::int64_t backward_flops = 0;  ///< of weights and data (not for the first layer); 0 in scoring
};

/// What a layer's primitives took in one pass.
struct BareTimes {
  double forward_s = 0;
  double backward_weights_s = 0;
  double backward_data_s = 0;
};

/// The convolutions and inner products of a net alone, with bias: what any engine spends at least.
/// Each primitive works in the layouts that it likes best; nothing moves data between them, so what
/// comes out means nothing. Called by one thread. Errors are Error (engine).
class VGGFLOW_API BareProducts {
 public:
  virtual ~BareProducts() = default;
  /// In the order of the forward pass.
  [[nodiscard]] virtual const std::vector<BareProduct>& products() const = 0;
  /// One pass: every layer forward, then, in training, every layer backward from the last. In the
  /// order of products().
  virtual std::vector<BareTimes> run() = 0;
};

/// Forward, backward weights and backward data. Each layer has weights, gradients and stored
/// activations of its own, as in training, and so no more in the caches than there; all differences
/// lie in two blocks. `threads` 0: as many as the machine has. Null in a build without oneDNN.
/// Error (spec) for a net that cannot be.
[[nodiscard]] VGGFLOW_API std::unique_ptr<BareProducts> bare_training(const Net& net, int batch,
                                                                      int threads);
/// The forward pass on pictures of any H x W >= least_input_side(), dense: fully connected layers
/// slide. All activations lie in two blocks. Null in a build without oneDNN.
[[nodiscard]] VGGFLOW_API std::unique_ptr<BareProducts> bare_scoring(const Net& net,
                                                                     const BatchShape& batch,
                                                                     int threads);

}  // namespace vggflow
