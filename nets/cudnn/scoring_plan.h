#pragma once

#include <list>
#include <memory>
#include <vector>

#include "base/cuda/device_batch.h"
#include "nets/cudnn/step_builder.h"
#include "nets/cudnn/training_plan.h"

namespace vggflow::cudnn {

/// The forward pass of one batch shape, dense: fully connected layers slide over maps larger than
/// their training extent.
struct BuiltScoring {
  std::vector<std::unique_ptr<Operation>> operations;
  std::vector<Blob> blobs;
  Map input;
  Map scores;             ///< f32, (N, h, w, classes padded)
  BlobId posteriors = 0;  ///< f32, (N, classes)
};

/// Error (engine) where cuDNN cannot compute a layer on that shape.
[[nodiscard]] VGGFLOW_API BuiltScoring build_scoring(const Cudnn& cudnn, const Net& net,
                                                     const BatchShape& shape,
                                                     const ParameterLayout& layout,
                                                     const ComputeChoices& choices);

class ScoringPlan {
 public:
  ScoringPlan(Card& card, const Net& net, const BatchShape& shape,
              const DeviceParameters& parameters, const ComputeChoices& choices);

  [[nodiscard]] const BatchShape& shape() const { return shape_; }
  [[nodiscard]] std::size_t arena_bytes() const { return plan_.bytes(); }
  [[nodiscard]] std::size_t workspace_bytes() const;
  /// Worth it for shapes that come again and again. Uses the arena.
  void choose_ways(WayChooser& chooser, char* arena);
  /// (N, classes) f32 on the card, in the arena.
  [[nodiscard]] const float* run(const cuda::DeviceBatch& batch, Aggregate how, char* arena,
                                 void* workspace);

 private:
  [[nodiscard]] StepContext context(char* arena, void* workspace) const;

  Card& card_;
  BatchShape shape_;
  int classes_;
  Precision precision_;
  const DeviceParameters& parameters_;
  BuiltScoring built_;
  MemoryPlan plan_;
};

/// Plans of the shapes met lately, the least recently used goes first, and the memory that they
/// share. Dense scoring meets some 95 shapes in 250 pictures.
class ScoringPlans {
 public:
  static constexpr std::size_t kMostPlans = 128;

  ScoringPlans(Card& card, const Net& net, const DeviceParameters& parameters,
               const ComputeChoices& choices, PlanCache& cache);
  /// Memory that is free between training steps.
  void borrow(const cuda::DeviceMemory& arena, const cuda::DeviceMemory& workspace) {
    borrowed_ = &arena;
    borrowed_workspace_ = &workspace;
  }

  /// As ScoringPlan::run().
  [[nodiscard]] const float* score(const BatchShape& shape, const cuda::DeviceBatch& batch,
                                   Aggregate how);
  [[nodiscard]] std::size_t plans() const { return plans_.size(); }
  [[nodiscard]] std::size_t bytes() const { return arena_.bytes() + workspace_.bytes(); }

 private:
  [[nodiscard]] ScoringPlan& plan(const BatchShape& shape);
  [[nodiscard]] char* arena_of(std::size_t bytes);
  [[nodiscard]] void* workspace_of(std::size_t bytes);

  Card& card_;
  const Net& net_;
  const DeviceParameters& parameters_;
  ComputeChoices choices_;
  PlanCache& cache_;
  const cuda::DeviceMemory* borrowed_ = nullptr;
  const cuda::DeviceMemory* borrowed_workspace_ = nullptr;
  bool timed_ = false;  // crops of one batch
  cuda::DeviceMemory arena_, workspace_;
  std::list<ScoringPlan> plans_;  // most recent first
};

}  // namespace vggflow::cudnn
