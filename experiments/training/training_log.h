#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "base/export.h"
#include "nets/engine.h"

namespace vggflow {

/// One row of /training/log: means since the row before.
struct TrainingRow {
  std::uint64_t iteration = 0;  ///< the last one of the interval, from 1
  double epoch = 0;             ///< epochs trained by then
  double rate = 0;              ///< learning rate of that iteration
  double loss = 0;              ///< per image
  double top1_error = 0;        ///< percent, of the training batches (dropout on)
  double top5_error = 0;
};

/// One row of /training/timing.
struct TimingRow {
  std::uint64_t iteration = 0;
  double images_per_s = 0;
  double wait_share = 0;  ///< share of the time spent waiting for batches
};

/// One row of /training/validation.
struct ValidationRow {
  std::uint64_t iteration = 0;  ///< iterations trained by then
  double epoch = 0;             ///< epochs trained by then
  std::uint64_t images = 0;     ///< that were looked at
  double top1_error = 0;        ///< percent, of centre crops; a failed image counts as wrong
  double top5_error = 0;
};

/// Turns the results of iterations into rows.
class VGGFLOW_API IntervalMeans {
 public:
  /// A row every `every` iterations, at the end of each epoch and at `last`.
  IntervalMeans(int every, std::uint64_t per_epoch, std::uint64_t last)
      : every_(static_cast<std::uint64_t>(every)), per_epoch_(per_epoch), last_(last) {}

  /// Takes in one iteration; gives the row if it ends here.
  std::optional<TrainingRow> add(const StepResult& result, double rate);
  /// The row of an interval that ends early; none of an empty one.
  std::optional<TrainingRow> finish(double rate);

  /// Sums over the interval so far: what a resumed training goes on from.
  [[nodiscard]] const StepResult& sums() const { return sums_; }
  void restore(const StepResult& sums) { sums_ = sums; }

 private:
  TrainingRow row(double rate);

  std::uint64_t every_;
  std::uint64_t per_epoch_;
  std::uint64_t last_;
  StepResult sums_;
};

}  // namespace vggflow
