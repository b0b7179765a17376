#pragma once

#include <filesystem>

#include "base/export.h"
#include "experiments/training/training_state.h"
#include "nets/engine.h"

namespace vggflow {

/// All that a training needs to go on as if it had never stopped.
struct Checkpoint {
  TrainingState state;
  Parameters weights;
  State engine;
};

/// HDF5, written whole or not at all: /training as in results.h5, /weights/<layer>/{weight,bias},
/// /momenta/..., the rest in /state; sealed (base/sealed_file.h). Tensors are fetched from the
/// engine one set after the other. Error (system) when it cannot be written, Error (engine) when a
/// weight is not finite: there is nothing to go on from.
VGGFLOW_API void save_checkpoint(const std::filesystem::path& path, const TrainingState& state,
                                 const Engine& engine);
/// Error (data) for a missing, damaged or foreign file.
[[nodiscard]] VGGFLOW_API Checkpoint load_checkpoint(const std::filesystem::path& path);

}  // namespace vggflow
