#pragma once

#include <list>
#include <optional>
#include <vector>

#include "nets/onednn/device.h"
#include "nets/onednn/max_pool.h"
#include "nets/onednn/parameter_store.h"

namespace vggflow::onednn {

/// The forward pass of one batch shape, dense: fully connected layers slide over maps larger than
/// their training extent. Its tensors take turns in two blocks of memory shared by all plans.
class ScoringPlan {
 public:
  ScoringPlan(Device& device, const Net& net, const BatchShape& shape, ParameterStore& parameters);

  void run(const Batch& batch, Aggregate how, Scores& scores);
  [[nodiscard]] const BatchShape& shape() const { return shape_; }

 private:
  class Builder;
  /// max_pool(), where it can be done.
  struct Pool {
    MaxPoolShape shape;
    dnnl::memory src, dst;
  };
  struct Step {
    Call call;  // unless there is a pool
    Parameter::ViewHandle weights = nullptr;
    std::optional<Pool> pool = {};
    void run();
  };

  BatchShape shape_;
  bool channels_last_ = false;
  PingPong blobs_;
  dnnl::memory input_;
  dnnl::memory maps_;  // (N, h, w, classes)
  int positions_ = 0;  // h * w
  std::vector<Step> steps_;
};

/// What the plans of past shapes may keep. Dense scoring meets some 95 shapes in 250 pictures; a
/// plan itself is a few kB, but primitives of different shapes may want weights in different
/// layouts.
struct ScoringLimits {
  std::size_t plans = 128;
  /// All copies of weights, in units of the net's own: up to two are those of training, one is that
  /// of the shape at hand.
  double copies = 4;
};

/// Plans of the shapes met lately; the least recently used goes first. Which of them are still
/// there changes no score: a plan never takes a layout only because another one holds it.
class VGGFLOW_API ScoringPlans {
 public:
  ScoringPlans(Device& device, const Net& net, ParameterStore& parameters,
               const ScoringLimits& limits = {})
      : device_(&device), net_(&net), parameters_(&parameters), limits_(limits) {}

  void score(const Batch& batch, Aggregate how, Scores& scores);
  [[nodiscard]] std::size_t plans() const { return plans_.size(); }

 private:
  [[nodiscard]] ScoringPlan& plan(const BatchShape& shape);
  [[nodiscard]] bool over_limits() const;

  Device* device_;
  const Net* net_;
  ParameterStore* parameters_;
  ScoringLimits limits_;
  std::list<ScoringPlan> plans_;  // most recent first
};

}  // namespace vggflow::onednn
