#include "experiments/training/training_log.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace vggflow {

std::optional<TrainingRow> TrainingLog::add(const StepResult& result, double rate) {
  sum_.loss += result.loss * result.weight_sum;
  sum_.top1_errors += result.top1_errors;
  sum_.top5_errors += result.top5_errors;
  sum_.weight_sum += result.weight_sum;
  const std::uint64_t done = result.iteration + 1;
  if (done % every_ != 0 && done % per_epoch_ != 0 && done != last_) return std::nullopt;
  const double weights = sum_.weight_sum > 0 ? sum_.weight_sum : 1;
  rows_.push_back({.iteration = done,
                   .epoch = static_cast<double>(done) / static_cast<double>(per_epoch_),
                   .rate = rate,
                   .loss = sum_.loss / weights,
                   .top1_error = 100 * sum_.top1_errors / weights,
                   .top5_error = 100 * sum_.top5_errors / weights});
  sum_ = {};
  return rows_.back();
}

TrainingLogFile::TrainingLogFile(const std::filesystem::path& path)
    : path_(path), file_(path, std::ios::trunc) {
  if (!file_) throw system_error("cannot create", path.string());
}

void TrainingLogFile::write(const TrainingRow& row, const TimingRow& timing) {
  const nlohmann::ordered_json line = {{"iteration", row.iteration},
                                       {"epoch", row.epoch},
                                       {"rate", row.rate},
                                       {"loss", row.loss},
                                       {"top1_error", row.top1_error},
                                       {"top5_error", row.top5_error},
                                       {"images_per_s", timing.images_per_s},
                                       {"wait_share", timing.wait_share}};
  file_ << line.dump() << '\n' << std::flush;
  if (!file_) throw system_error("cannot write", path_.string());
}

}  // namespace vggflow
