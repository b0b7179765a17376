#pragma once

#include <optional>

#include "base/cuda/memory.h"
#include "nets/cudnn/operations.h"
#include "nets/cudnn/plan_cache.h"

namespace vggflow::cudnn {

/// Runs the ways of a convolution that cuDNN thinks best, on whatever lies in its tensors, and
/// takes the fastest; or the one that was fastest when this card was last asked.
class WayTimer : public WayChooser {
 public:
  WayTimer(const Cudnn& cudnn, const cuda::Stream& stream, PlanCache& cache)
      : cudnn_(cudnn), stream_(stream), cache_(cache) {}
  void choose(ConvolutionPlan& plan, const ConvolutionTensors& tensors) override;

 private:
  [[nodiscard]] bool take_known(ConvolutionPlan& plan) const;
  [[nodiscard]] std::optional<float> time_ms(const ConvolutionPlan& plan,
                                             const ConvolutionTensors& tensors);

  const Cudnn& cudnn_;
  const cuda::Stream& stream_;
  PlanCache& cache_;
  cuda::DeviceMemory workspace_;
};

}  // namespace vggflow::cudnn
