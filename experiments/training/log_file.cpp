#include "experiments/training/log_file.h"

#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/log.h"

namespace vggflow {
namespace {

std::string line_of(const TrainingRow& row, const TimingRow& timing) {
  return nlohmann::ordered_json{{"iteration", row.iteration},
                                {"epoch", row.epoch},
                                {"rate", row.rate},
                                {"loss", row.loss},
                                {"top1_error", row.top1_error},
                                {"top5_error", row.top5_error},
                                {"images_per_s", timing.images_per_s},
                                {"wait_share", timing.wait_share}}
             .dump() +
         "\n";
}

std::string line_of(const ValidationRow& row) {
  return nlohmann::ordered_json{{"iteration", row.iteration},
                                {"epoch", row.epoch},
                                {"validation",
                                 {{"images", row.images},
                                  {"top1_error", row.top1_error},
                                  {"top5_error", row.top5_error}}}}
             .dump() +
         "\n";
}

/// In the order written: a validation comes after the row of its iteration.
std::string lines_of(const TrainingHistory& history) {
  std::string lines;
  auto validation = history.validation.begin();
  const auto validations_before = [&](std::uint64_t iteration) {
    while (validation != history.validation.end() && validation->iteration < iteration) {
      lines += line_of(*validation++);
    }
  };
  for (std::size_t i = 0; i < history.log.size(); ++i) {
    validations_before(history.log[i].iteration);
    lines += line_of(history.log[i], history.timing[i]);
  }
  validations_before(UINT64_MAX);
  return lines;
}

}  // namespace

TrainingLogFile::TrainingLogFile(std::filesystem::path path, const TrainingHistory& history)
    : path_(std::move(path)) {
  try {
    write_text_atomically(path_, lines_of(history));
    file_.open(path_, std::ios::app);
    if (!file_) throw system_error("cannot open", path_.string());
  } catch (const Error& error) {
    give_up(error);
  }
}

void TrainingLogFile::write(const TrainingRow& row, const TimingRow& timing) {
  write(line_of(row, timing));
}

void TrainingLogFile::write(const ValidationRow& row) { write(line_of(row)); }

void TrainingLogFile::write(const std::string& line) {
  if (warned_) return;
  file_ << line << std::flush;
  if (file_) return;
  give_up(system_error("cannot write", path_.string()));
}

void TrainingLogFile::give_up(const Error& error) {
  warned_ = true;
  log_warning(error.what() + std::string("; it ends here, the training goes on"));
}

}  // namespace vggflow
