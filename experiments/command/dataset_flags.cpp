#include "experiments/command/dataset_flags.h"

#include <utility>

#include "experiments/run/machine.h"
#include "experiments/spec/yaml.h"
#include "stages/resample/profile.h"

namespace vggflow {
namespace {

constexpr int kMostThreads = 4096;  // as in a spec

}  // namespace

void DatasetFlags::add_to(CLI::App& command) {
  command.add_option("SOURCE", source, "as in a spec: '{tar: train.tar}'")->required();
  command.add_option("--data", data, "where relative paths start")->capture_default_str();
  command.add_option("--workers", workers, "threads (default: all of the machine)")
      ->check(CLI::Range(1, kMostThreads));
  command.add_flag("--quiet", quiet, "no progress");
}

std::unique_ptr<Dataset> DatasetFlags::open() const {
  const Value map = parse_yaml(source, "SOURCE");
  return open_dataset(Params(map, "SOURCE"), data);
}

std::vector<std::string> resampling_profiles() {
  std::vector<std::string> names;
  for (const std::string_view name : resampling_profile_names()) names.emplace_back(name);
  return names;
}

DatasetPass::DatasetPass(const DatasetFlags& flags, std::string title)
    : workers_(flags.workers > 0 ? flags.workers : hardware_threads()),
      quiet_(flags.quiet),
      title_(std::move(title)) {}

PassOptions DatasetPass::options() {
  return {.workers = workers_,
          .stop = &signal_.flag(),
          .on_progress = [this](std::uint64_t done, std::uint64_t of) {
            if (!progress_) progress_.emplace(title_, of, quiet_);
            progress_->show(done, "images");
          }};
}

}  // namespace vggflow
