#pragma once

#include <filesystem>
#include <vector>

#include "base/export.h"
#include "experiments/run/flow_figures.h"
#include "experiments/spec/spec.h"
#include "experiments/training/history.h"
#include "experiments/training/training_log.h"
#include "nets/engine.h"
#include "pipeline/dataset.h"

namespace vggflow {

struct TrainingResult {
  TrainingHistory history;
  FlowFigures figures;  ///< of the flow that fed the training
};

/// Trains the loaded engine as the spec's `train` says, fed from the data set by a flow; writes
/// log.jsonl to `log_path`. Error (engine) when the loss is not finite, naming iteration and rate.
[[nodiscard]] VGGFLOW_API TrainingResult train(const Spec& spec, const Dataset& dataset,
                                               Engine& engine, Communicator& communicator,
                                               const std::filesystem::path& log_path, bool quiet);

}  // namespace vggflow
