#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "experiments/look/tensorboard.h"
#include "experiments/training/log_file.h"
#include "experiments/training/progress.h"

namespace vggflow {

/// Where a training can be watched: the line on the terminal, log.jsonl, TensorBoard's event files.
/// None of it is needed to go on, so nothing of it ends a training.
class TrainingWatch {
 public:
  /// `log` is the path of log.jsonl, `events` the folder of event files; empty: none.
  TrainingWatch(const std::string& name, std::filesystem::path log, std::filesystem::path events,
                bool quiet)
      : name_(name), log_path_(std::move(log)), events_path_(std::move(events)), quiet_(quiet) {}

  /// What was told of later iterations than this one is void; `total` iterations are to be done.
  void start(const TrainingHistory& history, std::uint64_t iteration, std::uint64_t total);
  /// So many iterations are done.
  void tell(std::uint64_t iteration) { progress_->show(iteration, status_); }
  void tell(const TrainingRow& row, const TimingRow& timing);
  void tell(const ValidationRow& row);

 private:
  template <class... Rows>
  void tell_events(const Rows&... rows);
  /// Warns once of a disk that is full.
  void or_warn(const std::function<void()>& tell);

  std::string name_;
  std::filesystem::path log_path_;
  std::filesystem::path events_path_;
  bool quiet_;
  std::optional<TrainingLogFile> log_;
  std::optional<EventFile> events_;
  std::optional<Progress> progress_;
  std::string status_ = {};  ///< of the last row
  bool warned_ = false;
};

}  // namespace vggflow
