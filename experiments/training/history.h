#pragma once

#include <string>
#include <vector>

#include "base/export.h"
#include "base/hdf5_file.h"
#include "experiments/training/training_log.h"
#include "pipeline/planner.h"

namespace vggflow {

/// What a training tells of itself, so far or in the end.
struct TrainingHistory {
  std::vector<TrainingRow> log;
  std::vector<TimingRow> timing;
  std::vector<ValidationRow> validation;
  std::vector<FailedSample> failed;  ///< training images, by id, each once
};

/// Those that are not known yet join the others in their places.
void add_failed(TrainingHistory& history, const std::vector<FailedSample>& failed);

/// /training/{log, timing, validation}.
VGGFLOW_API void write_training(Hdf5File& file, const TrainingHistory& history);
/// All but `failed`; what is not there is empty.
[[nodiscard]] VGGFLOW_API TrainingHistory read_training(const Hdf5File& file);

/// <group>/failed/{ids, names, reasons}.
VGGFLOW_API void write_failed(Hdf5File& file, const std::string& group,
                              const std::vector<FailedSample>& failed);
[[nodiscard]] VGGFLOW_API std::vector<FailedSample> read_failed(const Hdf5File& file,
                                                                const std::string& group);

}  // namespace vggflow
