#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nets/cudnn/operations.h"

namespace vggflow::cudnn {

/// How convolutions and products may be computed.
struct ComputeChoices {
  Precision precision = Precision::bf16;
  bool deterministic = false;
  std::size_t workspace = std::size_t{1} << 30;  ///< bytes, at most, of one operation
};

/// The moments of a training step over n layers: layer i runs forward at moment i, the loss at n,
/// and layer i backward at 2 n - i. The input is there from moment 0.
struct BuiltStep {
  std::vector<std::unique_ptr<Operation>> operations;  ///< in the order of the forward pass
  std::vector<Blob> blobs;
  Map input;
  Map logits;  ///< f32, (N, 1, 1, classes padded)
  BlobId logits_gradient = 0;
  BlobId slot_sums = 0;  ///< DeviceSums of each slot
};

/// The operations of a training step on `slots` pictures and the blobs that they leave to each
/// other. Frozen layers get no gradient, and the backward pass ends at the first that learns. Error
/// (engine) where cuDNN cannot compute a layer.
/// `layout`, of the net's parameters, outlives what comes back; `rates` are multiples of the
/// learning rate by layer.
[[nodiscard]] VGGFLOW_API BuiltStep build_step(const Cudnn& cudnn, const Net& net, int slots,
                                               std::uint64_t seed, const ParameterLayout& layout,
                                               const std::map<std::string, double>& rates,
                                               const ComputeChoices& choices);

}  // namespace vggflow::cudnn
