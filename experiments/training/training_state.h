#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/training/history.h"
#include "experiments/training/schedule.h"
#include "nets/engine.h"

namespace vggflow {

/// What a training is of: what a run that goes on from a checkpoint must find as it was.
struct TrainingOrigin {
  std::string spec;                  ///< resolved, YAML
  std::string engine;                ///< Engine::description()
  std::string plugins;               ///< names and SHA-256 of those that were loaded
  std::string data_sha256;           ///< over the names and labels of the images, in their order
  std::string validation_sha256;     ///< likewise; empty without a validation
  std::string init_sha256;           ///< Weights::sha256 of what it started from; empty: random
  std::vector<std::string> resumed;  ///< "at iteration 120", and what had changed by then
};

/// Where a training stands between two iterations, but for the tensors of the engine.
struct TrainingState {
  std::uint64_t iteration = 0;  ///< iterations trained
  StepResult interval;          ///< sums over the iterations since the last row of the log
  ScheduleState schedule;
  double rate_scale = 1;  ///< of the schedule's rate: what reloads left of it
  int reloads = 0;
  TrainingHistory history;
  TrainingOrigin origin;
};

}  // namespace vggflow
