#include "experiments/command/dataset_flags.h"

#include <string_view>
#include <utility>
#include <vector>

#include "experiments/command/command.h"
#include "experiments/run/machine.h"
#include "experiments/spec/yaml.h"
#include "stages/resample/profile.h"

namespace vggflow {
namespace {

constexpr int kMostThreads = 4096;    // as in a spec
constexpr int kMostJpegSide = 65500;  // px; libjpeg's JPEG_MAX_DIMENSION

std::vector<std::string> resampling_profiles() {
  std::vector<std::string> names;
  for (const std::string_view name : resampling_profile_names()) names.emplace_back(name);
  return names;
}

}  // namespace

void DatasetFlags::add_to(CLI::App& command) {
  command.add_option("SOURCE", source, "as in a spec: '{tar: train.tar}'")->required();
  command.add_option("--data", data, "where relative paths start")->capture_default_str();
  add_cache(command, cache);
  command.add_option("--workers", workers, "threads (default: all of the machine)")
      ->check(CLI::Range(1, kMostThreads));
  command.add_flag("--quiet", quiet, "no progress");
}

std::unique_ptr<Dataset> DatasetFlags::open() const {
  const Value map = parse_yaml(source, "SOURCE");
  return open_dataset(Params(map, "SOURCE"), data, cache);
}

void add_shrinking(CLI::App& command, int& short_side, const std::string& shrinks,
                   std::string& profile) {
  CLI::Option* side = command.add_option("--short-side", short_side, "px; " + shrinks)
                          ->check(CLI::Range(1, kMostJpegSide));
  command.add_option("--profile", profile, "how pictures are shrunk")
      ->check(CLI::IsMember(resampling_profiles()))
      ->capture_default_str()
      ->needs(side);
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
