#pragma once

#include <cstdint>
#include <vector>

#include "base/cuda/batch_upload.h"
#include "base/cuda/graph.h"
#include "nets/comm/device_communicator.h"
#include "nets/cudnn/layer_clock.h"
#include "nets/cudnn/step_builder.h"
#include "nets/cudnn/way_timer.h"

namespace vggflow::cudnn {

/// What every plan of an engine shares.
struct Card {
  cuda::Stream stream;
  Cudnn cudnn{stream};
  CublasLt cublas;
};

/// The forward and backward passes of training batches of one shape: their memory, and the CUDA
/// graph that they are once they have run.
class TrainingPlan {
 public:
  TrainingPlan(Card& card, const Net& net, const EngineOptions& options,
               const std::map<std::string, double>& rates, DeviceParameters& parameters,
               PlanCache& cache);

  /// Puts the batch where run() finds it.
  void take_in(const cuda::DeviceBatch& batch);
  /// One pass. If it is the last before an update, gradients are summed over all processes while
  /// the backward pass still runs. With `add` its gradients are added to those that are there. Sums
  /// are added up in sums() in any case.
  void run(const Step& step, bool add);
  [[nodiscard]] DeviceSums* sums() const { return sums_.as<DeviceSums>(); }

  [[nodiscard]] std::vector<LayerTimes> layer_times() { return clock_.take(); }
  /// Memory that scoring may use between steps.
  [[nodiscard]] const cuda::DeviceMemory& arena() const { return arena_; }
  [[nodiscard]] const cuda::DeviceMemory& workspace() const { return workspace_; }
  [[nodiscard]] std::vector<MemoryItem> memory() const;

 private:
  void pass(bool add, bool reduce);
  void backward(const StepContext& here, std::size_t operation, bool reduce);
  void start_sum(const LearnedLayer& layer);
  void compute_loss(const StepContext& context);
  [[nodiscard]] StepContext context(bool add) const;

  Card& card_;
  int slots_;
  Size image_;
  int classes_;
  Precision precision_;
  DeviceParameters& parameters_;
  BuiltStep step_;
  MemoryPlan plan_;
  cuda::DeviceMemory arena_, workspace_;
  cuda::DeviceMemory labels_, weights_;  // of the batch at hand: the graph finds them here
  cuda::DeviceMemory at_;                // DeviceStep
  cuda::DeviceMemory sums_;              // DeviceSums
  DeviceCommunicator* all_;              // none where this process is the only one
  cuda::Event gradients_ready_;
  LayerClock clock_;
  cuda::RecordedWork passes_[2][2];  // of pass(add, reduce)
};

}  // namespace vggflow::cudnn
