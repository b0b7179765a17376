#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "nets/engine.h"

namespace vggflow::onednn {

/// Sums of wall time by operation, in the order of add(). When off, a lap costs a branch.
class LayerClock {
 public:
  explicit LayerClock(bool on) : on_(on) {}

  /// The place of a new row.
  std::size_t add(std::string layer) {
    times_.push_back({std::move(layer), 0, 0});
    return times_.size() - 1;
  }
  void start() {
    if (on_) last_ = Clock::now();
  }
  /// The time since the last lap, or start(), went there.
  void forward(std::size_t row) {
    if (on_) times_[row].forward_s += lap();
  }
  void backward(std::size_t row) {
    if (on_) times_[row].backward_s += lap();
  }
  /// The sums, which then begin anew; empty when off.
  [[nodiscard]] std::vector<LayerTimes> take() {
    if (!on_) return {};
    const auto taken = times_;
    for (LayerTimes& row : times_) row = {std::move(row.layer), 0, 0};
    return taken;
  }

 private:
  using Clock = std::chrono::steady_clock;
  double lap() {
    const auto now = Clock::now();
    return std::chrono::duration<double>(now - std::exchange(last_, now)).count();
  }

  bool on_;
  Clock::time_point last_;
  std::vector<LayerTimes> times_;
};

}  // namespace vggflow::onednn
