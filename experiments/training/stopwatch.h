#pragma once

#include <chrono>

#include "experiments/training/training_log.h"

namespace vggflow {

/// Images per second and the share of waiting, from one row of the log to the next.
class Stopwatch {
 public:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] static double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  }

  void waited(double seconds) { waited_s_ += seconds; }
  void trained(int images) { images_ += images; }
  /// Time that is not training's: validation, checkpoints.
  void paused(double seconds) { paused_s_ += seconds; }
  TimingRow lap(std::uint64_t iteration) {
    const double elapsed_s = seconds_since(start_) - paused_s_;
    const TimingRow row{.iteration = iteration,
                        .images_per_s = images_ / elapsed_s,
                        .wait_share = waited_s_ / elapsed_s};
    *this = {};
    return row;
  }

 private:
  Clock::time_point start_ = Clock::now();
  double waited_s_ = 0;
  double paused_s_ = 0;
  double images_ = 0;
};

}  // namespace vggflow
