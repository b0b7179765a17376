#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>

#include "base/export.h"
#include "experiments/run/flow_figures.h"
#include "experiments/spec/spec.h"
#include "experiments/training/training_state.h"
#include "nets/engine.h"
#include "pipeline/dataset.h"

namespace vggflow {

/// What a training looks at.
struct TrainingData {
  const Dataset& train;
  const Dataset* validation = nullptr;  ///< what `train.validation` looks at
};

/// Where a training leaves what it tells, and what may stop it.
struct TrainingPlace {
  std::filesystem::path folder = {};       ///< of log.jsonl and checkpoints/
  std::filesystem::path tensorboard = {};  ///< of event files; empty: none
  bool quiet = false;
  const std::atomic<bool>* stop = nullptr;  ///< set: stop after this iteration
  /// After a checkpoint that could not be written.
  std::chrono::steady_clock::duration retry = std::chrono::minutes(1);
  std::string how_to_go_on = "the same command goes on from the last checkpoint";
};

struct TrainingResult {
  TrainingState state;
  FlowFigures figures;  ///< of the flow that fed the training; since the last resume
};

/// Trains as the spec's `train` says, fed from the data set by a flow, from the state `from` on,
/// whose tensors the engine holds. Leaves a checkpoint of the end. Stopped or killed anywhere and
/// gone on with from its last checkpoint, it ends with the same weights and the same log, to the
/// bit, on the same engine and threads. A disk that is full at the end is waited for, as long as
/// training took.
///
/// Error (stopped) after a checkpoint when told to stop. Error (engine) when the loss is not
/// finite, naming iteration, rate and the last checkpoint, unless `on_nan: reload` has a way back.
///
/// With several processes, all call it with the same spec, images and state. The first one writes
/// all files, looks at the validation images and at the clock; the others read its checkpoints when
/// they go back. What ends one by an Error of these ends all at the same iteration; told to stop is
/// whoever of them is.
[[nodiscard]] VGGFLOW_API TrainingResult train(const Spec& spec, const TrainingData& data,
                                               Engine& engine, Communicator& communicator,
                                               TrainingState from, const TrainingPlace& place);

}  // namespace vggflow
