#pragma once

#include "base/batch.h"
#include "nets/engine.h"

namespace vggflow {

/// What every engine asks of its caller. Error (engine) where an engine that was made to score is
/// trained.
void check_trains(const EngineOptions& options);
/// Error (engine) for a training batch of another shape than the net was compiled for, a label that
/// is no class, or weights that sum to nothing.
void check_training_batch(const Net& net, const EngineOptions& options, const Batch& batch,
                          const Step& step);
/// Error (engine) for pictures that are too small for the net.
void check_scoring_batch(const Net& net, const Batch& batch);

}  // namespace vggflow
