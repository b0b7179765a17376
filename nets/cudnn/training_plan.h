#pragma once

#include <cstdint>
#include <vector>

#include "base/cuda/batch_upload.h"
#include "base/cuda/graph.h"
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

  /// One pass; with `add` its gradients are added to those that are there. Sums are added up in
  /// sums() in any case.
  void run(const cuda::DeviceBatch& batch, const Step& step, bool add);
  [[nodiscard]] DeviceSums* sums() const { return sums_.as<DeviceSums>(); }

  /// Memory that scoring may use between steps.
  [[nodiscard]] const cuda::DeviceMemory& arena() const { return arena_; }
  [[nodiscard]] std::vector<MemoryItem> memory() const;

 private:
  void take_in(const cuda::DeviceBatch& batch);
  void pass(bool add);
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
  cuda::RecordedWork first_, more_;      // pass(false), pass(true)
};

}  // namespace vggflow::cudnn
