#include "experiments/training/training_log.h"

#include <utility>

namespace vggflow {

std::optional<TrainingRow> IntervalMeans::add(const StepResult& result, double rate) {
  sums_.iteration = result.iteration;
  sums_.loss += result.loss * result.weight_sum;
  sums_.top1_errors += result.top1_errors;
  sums_.top5_errors += result.top5_errors;
  sums_.weight_sum += result.weight_sum;
  const std::uint64_t done = result.iteration + 1;
  if (done % every_ != 0 && done % per_epoch_ != 0 && done != last_) return std::nullopt;
  return row(rate);
}

std::optional<TrainingRow> IntervalMeans::finish(double rate) {
  if (sums_.weight_sum == 0) return std::nullopt;
  return row(rate);
}

TrainingRow IntervalMeans::row(double rate) {
  const StepResult sums = std::exchange(sums_, {});
  const std::uint64_t done = sums.iteration + 1;
  const double weights = sums.weight_sum > 0 ? sums.weight_sum : 1;
  return {.iteration = done,
          .epoch = static_cast<double>(done) / static_cast<double>(per_epoch_),
          .rate = rate,
          .loss = sums.loss / weights,
          .top1_error = 100 * sums.top1_errors / weights,
          .top5_error = 100 * sums.top5_errors / weights};
}

}  // namespace vggflow
