#pragma once

#include <memory>
#include <vector>

#include "nets/onednn/loss.h"
#include "nets/onednn/operations.h"
#include "nets/onednn/parameter_store.h"

namespace vggflow::onednn {

/// Forward, loss and backward pass of one batch shape: primitives and memory made once.
/// Activations stay until the backward pass; their gradients take turns in two blocks of memory.
class TrainingPlan {
 public:
  /// Adds the parameters of the net to the store, in the layouts that training wants.
  TrainingPlan(Device& device, const Net& net, const EngineOptions& options,
               ParameterStore& parameters);

  LossSums run(const Batch& batch, const Step& step);

 private:
  class Builder;

  Device* device_;
  dnnl::memory input_;
  bool channels_last_ = false;
  std::vector<std::unique_ptr<Operation>> operations_;
  std::size_t first_learned_ = 0;  ///< what comes before has no backward pass
  SoftmaxLoss loss_;
  dnnl::memory scores_;
  dnnl::memory scores_gradient_;
  PingPong gradients_;
  Buffer even_, odd_, spare_;
};

}  // namespace vggflow::onednn
