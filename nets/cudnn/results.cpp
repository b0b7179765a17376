#include "nets/cudnn/results.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <thread>
#include <utility>

#include "nets/comm/device_communicator.h"

namespace vggflow::cudnn {
namespace {

constexpr std::chrono::microseconds kGlance{200};  ///< how often a failure is looked for

}  // namespace

Results::Results(std::shared_ptr<Communicator> all)
    : all_(std::move(all)), lines_(kMost * sizeof(Line), "results"), copied_(kMost) {}

void Results::take(std::uint64_t iteration, DeviceSums* sums, int* not_finite,
                   const cuda::Stream& stream) {
  while (pending_.size() >= (alone() ? kMost : 1)) arrive();
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
  wait_for(copied_[oldest.line]);
  pending_.pop_front();
  const Line& line = lines_.as<Line>()[oldest.line];
  double figures[] = {line.sums.loss, line.sums.top1_errors, line.sums.top5_errors,
                      line.sums.weight_sum, static_cast<double>(line.not_finite)};
  all_->sum(figures);
  StepResult result{oldest.iteration, figures[0], figures[1], figures[2], figures[3]};
  // A ReLU and a pool make numbers of what is none: the loss alone does not tell.
  if (figures[4] != 0 || !std::isfinite(result.loss)) {
    result.loss = std::numeric_limits<double>::quiet_NaN();
  }
  arrived_.push_back(result);
}

// Of several cards one that has failed would let the others wait for ever.
void Results::wait_for(const cuda::Event& event) const {
  const DeviceCommunicator* cards = all_->on_device();
  while (cards != nullptr && !event.reached()) {
    cards->check();
    std::this_thread::sleep_for(kGlance);
  }
  event.wait();
}

std::optional<StepResult> Results::poll() {
  while (alone() && !pending_.empty() && copied_[pending_.front().line].reached()) arrive();
  if (arrived_.empty()) return std::nullopt;
  const StepResult oldest = arrived_.front();
  arrived_.pop_front();
  return oldest;
}

void Results::settle() {
  while (!pending_.empty()) arrive();
}

}  // namespace vggflow::cudnn
