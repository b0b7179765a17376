#include "experiments/training/history.h"

#include <algorithm>

namespace vggflow {
namespace {

const std::string kLog = "/training/log";
const std::string kTiming = "/training/timing";
const std::string kValidation = "/training/validation";

std::vector<Hdf5Column> log_columns() {
  return {hdf5_column("iteration", &TrainingRow::iteration),
          hdf5_column("epoch", &TrainingRow::epoch),
          hdf5_column("rate", &TrainingRow::rate),
          hdf5_column("loss", &TrainingRow::loss),
          hdf5_column("top1_error", &TrainingRow::top1_error),
          hdf5_column("top5_error", &TrainingRow::top5_error)};
}

std::vector<Hdf5Column> timing_columns() {
  return {hdf5_column("iteration", &TimingRow::iteration),
          hdf5_column("images_per_s", &TimingRow::images_per_s),
          hdf5_column("wait_share", &TimingRow::wait_share)};
}

std::vector<Hdf5Column> validation_columns() {
  return {hdf5_column("iteration", &ValidationRow::iteration),
          hdf5_column("epoch", &ValidationRow::epoch),
          hdf5_column("images", &ValidationRow::images),
          hdf5_column("top1_error", &ValidationRow::top1_error),
          hdf5_column("top5_error", &ValidationRow::top5_error)};
}

template <class Row>
std::vector<Row> table(const Hdf5File& file, const std::string& path,
                       const std::vector<Hdf5Column>& columns) {
  return file.exists(path) ? file.read_table<Row>(path, columns) : std::vector<Row>{};
}

}  // namespace

void add_failed(TrainingHistory& history, const std::vector<FailedSample>& failed) {
  auto& known = history.failed;
  for (const FailedSample& one : failed) {
    const auto place = std::ranges::lower_bound(known, one.id, {}, &FailedSample::id);
    if (place == known.end() || place->id != one.id) known.insert(place, one);
  }
}

void write_training(Hdf5File& file, const TrainingHistory& history) {
  file.write_table<TrainingRow>(kLog, log_columns(), history.log);
  file.write_table<TimingRow>(kTiming, timing_columns(), history.timing);
  file.write_table<ValidationRow>(kValidation, validation_columns(), history.validation);
}

TrainingHistory read_training(const Hdf5File& file) {
  return {.log = table<TrainingRow>(file, kLog, log_columns()),
          .timing = table<TimingRow>(file, kTiming, timing_columns()),
          .validation = table<ValidationRow>(file, kValidation, validation_columns()),
          .failed = {}};
}

void write_failed(Hdf5File& file, const std::string& group,
                  const std::vector<FailedSample>& failed) {
  std::vector<std::uint64_t> ids;
  std::vector<std::string> names;
  std::vector<std::string> reasons;
  for (const FailedSample& sample : failed) {
    ids.push_back(sample.id);
    names.push_back(sample.name);
    reasons.push_back(sample.reason);
  }
  file.write<std::uint64_t>(group + "/failed/ids", {ids.size()}, ids);
  file.write_texts(group + "/failed/names", names);
  file.write_texts(group + "/failed/reasons", reasons);
}

std::vector<FailedSample> read_failed(const Hdf5File& file, const std::string& group) {
  const auto ids = file.read<std::uint64_t>(group + "/failed/ids").values;
  auto names = file.read_texts(group + "/failed/names");
  auto reasons = file.read_texts(group + "/failed/reasons");
  if (names.size() != ids.size() || reasons.size() != ids.size()) {
    throw file.data_error(group + "/failed", "ids, names and reasons are not of one length");
  }
  std::vector<FailedSample> failed;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    failed.push_back({ids[i], std::move(names[i]), std::move(reasons[i])});
  }
  return failed;
}

}  // namespace vggflow
