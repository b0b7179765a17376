#pragma once

#include <filesystem>

#include "base/export.h"
#include "experiments/training/history.h"

namespace vggflow {

/// FOLDER/curves.svg of a training; its path. Error (data) when there is nothing to draw, (system)
/// when it cannot be written.
VGGFLOW_API std::filesystem::path draw_curves(const std::filesystem::path& folder,
                                              const TrainingHistory& history);

/// FOLDER/filters.png of the first layer of FOLDER/weights.h5; its path. Error (data) when
/// they cannot be read or drawn, (system) as above.
VGGFLOW_API std::filesystem::path draw_filters(const std::filesystem::path& folder);

}  // namespace vggflow
