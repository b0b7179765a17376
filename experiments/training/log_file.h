#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.h"
#include "base/export.h"
#include "experiments/training/history.h"

namespace vggflow {

/// log.jsonl: one JSON object a line, flushed with each line: rows of /training/log with their
/// timing, and rows of /training/validation as {"validation": {...}}. It is there to be looked at;
/// what is kept is in checkpoints and results.h5. So a disk that is full is warned of once, and the
/// training goes on.
class VGGFLOW_API TrainingLogFile {
 public:
  /// The file holds what `history` tells, and nothing else.
  TrainingLogFile(std::filesystem::path path, const TrainingHistory& history);
  void write(const TrainingRow& row, const TimingRow& timing);
  void write(const ValidationRow& row);

 private:
  void write(const std::string& line);
  void give_up(const Error& error);

  std::filesystem::path path_;
  std::ofstream file_;
  bool warned_ = false;
};

}  // namespace vggflow
