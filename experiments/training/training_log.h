#pragma once

#include <cstdint>

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

}  // namespace vggflow
