#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/batch.h"
#include "base/span_log.h"
#include "experiments/spec/spec.h"
#include "pipeline/planner.h"

namespace vggflow {

/// Where the batches of a measured training come from. All have one shape: the parts of
/// `train.batch` that go through the net at once.
class TrainingBatches {
 public:
  virtual ~TrainingBatches() = default;
  /// Valid until the next call; by then, at the latest, the one before has been given back.
  [[nodiscard]] virtual const Batch& next() = 0;
  /// Images that failed so far, sorted by id, each once.
  [[nodiscard]] virtual std::vector<FailedSample> failed() const { return {}; }
};

/// Slots of a batch that go through the net at once: train.batch / train.accumulate.
[[nodiscard]] int part_of_batch(const TrainSpec& train);

/// One batch of noise, normalised as the spec says, with random labels.
[[nodiscard]] std::unique_ptr<TrainingBatches> noise_batches(const Spec& spec);

/// The spec's pipeline over data.train, as training is fed. next() throws Error (data) if every
/// image of a batch failed. `spans`, if any, are told what the pipeline does.
[[nodiscard]] std::unique_ptr<TrainingBatches> flow_batches(const Spec& spec,
                                                            const std::filesystem::path& data,
                                                            const std::filesystem::path& cache,
                                                            std::shared_ptr<SpanLog> spans);

}  // namespace vggflow
