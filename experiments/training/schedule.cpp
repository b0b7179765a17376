#include "experiments/training/schedule.h"

#include <algorithm>
#include <cmath>

namespace vggflow {
namespace {

/// Takes in a validation; true when it is the `patience`-th in a row that is not better.
bool stale(BestValidation& best, double top1_error, double threshold, int patience) {
  if (top1_error < best.top1_error && top1_error <= best.top1_error - threshold) {
    best = {top1_error, 0};
    return false;
  }
  return ++best.since >= static_cast<std::uint64_t>(patience);
}

}  // namespace

double Schedule::rate(std::uint64_t iteration) const {
  const ScheduleSpec& schedule = train_.schedule;
  std::uint64_t drops = 0;
  if (schedule.kind == ScheduleSpec::Kind::plateau) drops = state_.drops;
  if (schedule.kind == ScheduleSpec::Kind::step) {
    drops = static_cast<std::uint64_t>(std::ranges::count_if(
        schedule.at, [&](const Length& at) { return iteration >= at.iterations(per_epoch_); }));
  }
  double rate = train_.sgd.rate;
  for (std::uint64_t i = 0; i < drops; ++i) rate *= schedule.factor;
  const std::uint64_t rising = train_.warmup ? train_.warmup->iterations(per_epoch_) : 0;
  if (iteration < rising) {
    rate *= static_cast<double>(iteration + 1) / static_cast<double>(rising);
  }
  return rate;
}

void Schedule::validated(double top1_error) {
  const ScheduleSpec& schedule = train_.schedule;
  if (schedule.kind == ScheduleSpec::Kind::plateau &&
      stale(state_.plateau, top1_error, schedule.threshold, schedule.patience) &&
      (!schedule.drops || state_.drops < static_cast<std::uint64_t>(*schedule.drops))) {
    ++state_.drops;
    state_.plateau.since = 0;
  }
  if (train_.early_stop) {
    stale(state_.early_stop, top1_error, train_.early_stop->threshold, train_.early_stop->patience);
  }
}

bool Schedule::stopped() const {
  return train_.early_stop &&
         state_.early_stop.since >= static_cast<std::uint64_t>(train_.early_stop->patience);
}

}  // namespace vggflow
