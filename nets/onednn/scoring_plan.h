#pragma once

#include <list>
#include <vector>

#include "nets/onednn/device.h"
#include "nets/onednn/parameter_store.h"

namespace vggflow::onednn {

/// The forward pass of one batch shape, dense: fully connected layers slide over maps larger than
/// their training extent. Its tensors take turns in two blocks of memory shared by all plans.
class ScoringPlan {
 public:
  ScoringPlan(Device& device, const Net& net, const BatchShape& shape, ParameterStore& parameters);

  void run(const Batch& batch, Aggregate how, Scores& scores, Buffer& even, Buffer& odd);
  [[nodiscard]] const BatchShape& shape() const { return shape_; }

 private:
  class Builder;
  struct Step {
    Call call;
    Parameter::View* weights = nullptr;
  };

  BatchShape shape_;
  bool channels_last_ = false;
  PingPong blobs_;
  dnnl::memory input_;
  dnnl::memory maps_;  // (N, h, w, classes)
  int positions_ = 0;  // h * w
  std::vector<Step> steps_;
};

/// Plans of the shapes met lately; the least recently used goes first.
class ScoringPlans {
 public:
  ScoringPlans(Device& device, const Net& net, ParameterStore& parameters)
      : device_(&device), net_(&net), parameters_(&parameters) {}

  void score(const Batch& batch, Aggregate how, Scores& scores);

 private:
  [[nodiscard]] ScoringPlan& plan(const BatchShape& shape);

  Device* device_;
  const Net* net_;
  ParameterStore* parameters_;
  std::list<ScoringPlan> plans_;  // most recent first
  Buffer even_, odd_;
};

}  // namespace vggflow::onednn
