#include "experiments/training/training_watch.h"

#include <cstdio>

#include "base/error.h"
#include "base/log.h"

namespace vggflow {
namespace {

std::string status(const TrainingRow& row, const TimingRow& timing) {
  char text[160];
  std::snprintf(text, sizeof text,
                "epoch %.1f  loss %.3f  error %.1f %%  rate %.2g  %.0f images/s  waiting %.0f %%",
                row.epoch, row.loss, row.top1_error, row.rate, timing.images_per_s,
                100 * timing.wait_share);
  return text;
}

}  // namespace

void TrainingWatch::start(const TrainingHistory& history, std::uint64_t iteration,
                          std::uint64_t total) {
  if (!log_path_.empty()) log_.emplace(log_path_, history);
  events_.reset();
  or_warn([&] {
    if (!events_path_.empty()) events_.emplace(events_path_, iteration);
  });
  progress_.emplace("training " + name_, total, quiet_, iteration);
}

void TrainingWatch::tell(const TrainingRow& row, const TimingRow& timing) {
  if (log_) log_->write(row, timing);
  tell_events(row, timing);
  status_ = status(row, timing);
}

void TrainingWatch::tell(const ValidationRow& row) {
  if (log_) log_->write(row);
  tell_events(row);
  char text[128];
  std::snprintf(text, sizeof text,
                "validation at epoch %.4g: top-1 error %.2f %%, top-5 error %.2f %%, %llu images",
                row.epoch, row.top1_error, row.top5_error,
                static_cast<unsigned long long>(row.images));
  log_info(name_ + " " + text);
}

template <class... Rows>
void TrainingWatch::tell_events(const Rows&... rows) {
  or_warn([&] {
    if (events_) write_row(*events_, rows...);
  });
}

void TrainingWatch::or_warn(const std::function<void()>& tell) {
  try {
    tell();
    warned_ = false;
  } catch (const Error& error) {
    if (!warned_) log_warning(std::string(error.what()) + "; the training goes on");
    warned_ = true;
  }
}

}  // namespace vggflow
