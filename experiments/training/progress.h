#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/export.h"
#include "experiments/training/training_log.h"

namespace vggflow {

/// The line that says how far a run is: rewritten in place on a terminal, a plain line now and then
/// elsewhere; nothing when quiet.
class VGGFLOW_API Progress {
 public:
  /// `title` starts every line; `total` iterations or images.
  Progress(std::string title, std::uint64_t total, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` of total; `text` goes between the count and the remaining time.
  void show(std::uint64_t done, const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] std::string remaining(std::uint64_t done) const;

  std::string title_;
  std::uint64_t total_;
  bool quiet_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_{};
};

}  // namespace vggflow
