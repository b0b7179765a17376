#include "nets/cudnn/results.h"

#include <cmath>
#include <limits>

namespace vggflow::cudnn {

Results::Results() : lines_(kMost * sizeof(Line), "results"), copied_(kMost) {}

void Results::take(std::uint64_t iteration, DeviceSums* sums, int* not_finite,
                   const cuda::Stream& stream) {
  if (pending_.size() == kMost) arrive();
  Line& line = lines_.as<Line>()[next_];
  cuda::copy(&line.sums, sums, sizeof *sums, stream);
  cuda::copy(&line.not_finite, not_finite, sizeof *not_finite, stream);
  cuda::fill_zero(sums, sizeof *sums, stream);
  cuda::fill_zero(not_finite, sizeof *not_finite, stream);
  copied_[next_].record(stream);
  pending_.push_back({iteration, next_});
  next_ = (next_ + 1) % kMost;
}

void Results::arrive() {
  const Pending oldest = pending_.front();
  copied_[oldest.line].wait();
  pending_.pop_front();
  const Line& line = lines_.as<Line>()[oldest.line];
  StepResult result{oldest.iteration, line.sums.loss, line.sums.top1_errors, line.sums.top5_errors,
                    line.sums.weight_sum};
  // A ReLU and a pool make numbers of what is none: the loss alone does not tell.
  if (line.not_finite != 0 || !std::isfinite(result.loss)) {
    result.loss = std::numeric_limits<double>::quiet_NaN();
  }
  arrived_.push_back(result);
}

std::optional<StepResult> Results::poll() {
  while (!pending_.empty() && copied_[pending_.front().line].reached()) arrive();
  if (arrived_.empty()) return std::nullopt;
  const StepResult oldest = arrived_.front();
  arrived_.pop_front();
  return oldest;
}

void Results::settle() {
  while (!pending_.empty()) arrive();
}

}  // namespace vggflow::cudnn
