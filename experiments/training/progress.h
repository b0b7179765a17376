#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/export.h"

namespace vggflow {

/// The line that says how far a run is, on standard error: with a bar and rewritten in place on a
/// terminal, a plain line now and then elsewhere (also where TERM is `dumb` or not set); nothing
/// when quiet. No colours, so NO_COLOR asks for nothing. Of one thread; messages of any thread may
/// come between (base/log.h).
class VGGFLOW_API Progress {
 public:
  /// `title` starts every line; `total` iterations or images, `already` of them done by an earlier
  /// process.
  Progress(std::string title, std::uint64_t total, bool quiet, std::uint64_t already = 0);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` of total, with those of earlier processes; the remaining time is by the pace of this
  /// one. `text` is parts with two spaces between them: on a terminal the last ones are left out
  /// first where they do not fit, then the bar, the remaining time and the end of the title.
  void show(std::uint64_t done, const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] std::string remaining(std::uint64_t done) const;

  std::string title_;
  std::uint64_t total_;
  bool quiet_;
  std::uint64_t already_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_{};
};

}  // namespace vggflow
