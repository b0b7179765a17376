#pragma once

#include <memory>
#include <vector>

#include "nets/onednn/layer_clock.h"
#include "nets/onednn/loss.h"
#include "nets/onednn/operations.h"
#include "nets/onednn/parameter_store.h"

namespace vggflow::onednn {

/// Forward, loss and backward pass of one batch shape: primitives and memory made once.
/// Activations stay until the backward pass comes, those before the first layer that learns too,
/// though that is where it ends; but what a pool follows is gone once it is pooled. That, and all
/// gradients, take turns in two blocks of memory.
class VGGFLOW_API TrainingPlan {
 public:
  /// Adds the parameters of the net to the store, in the layouts that training wants, and its
  /// operations to the clock.
  TrainingPlan(Device& device, const Net& net, const EngineOptions& options,
               ParameterStore& parameters, LayerClock& clock);

  LossSums run(const Batch& batch, const Step& step);
  /// Of the gradients of second and later passes, before they are added.
  [[nodiscard]] std::size_t spare_bytes() const { return spare_.bytes(); }

 private:
  class Builder;

  struct Timed {
    std::unique_ptr<Operation> operation;
    std::size_t row;  ///< of the clock
  };

  Device* device_;
  LayerClock* clock_;
  std::size_t input_row_ = 0;
  std::size_t loss_row_ = 0;
  dnnl::memory input_;
  bool channels_last_ = false;
  std::vector<Timed> operations_;
  std::size_t first_learned_ = 0;  ///< what comes before has no backward pass
  SoftmaxLoss loss_;
  dnnl::memory scores_;
  dnnl::memory scores_gradient_;
  PingPong gradients_;
  Buffer spare_;
};

}  // namespace vggflow::onednn
