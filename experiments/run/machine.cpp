#include "experiments/run/machine.h"

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "base/log.h"

#include "stages/gpu/upload.h"

namespace vggflow {
namespace {

/// $XDG_CACHE_HOME/vggflow or ~/.cache/vggflow; none without either variable.
std::filesystem::path cache_folder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) {
    return std::filesystem::path(cache) / "vggflow";
  }
  if (const char* home = std::getenv("HOME"); home && *home) {
    return std::filesystem::path(home) / ".cache" / "vggflow";
  }
  return {};
}

CardOptions card_options(const ComputeSpec& compute) {
  return {.precision = compute.precision,
          .deterministic = compute.deterministic,
          .workspace = static_cast<std::size_t>(compute.workspace_mib) << 20,
          .plans = cache_folder()};
}

}  // namespace

int hardware_threads() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return std::max(1, CPU_COUNT(&allowed));
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

FlowOptions flow_options(const Spec& spec) {
  return {.seed = spec.seed,
          .workers = spec.feed.workers > 0 ? spec.feed.workers : hardware_threads(),
          .prefetch = spec.feed.prefetch,
          .on_error = spec.feed.on_error,
          .max_errors = spec.feed.max_errors};
}

FlowOptions feeding_options(const Spec& spec) {
  FlowOptions options = flow_options(spec);
  if (engine_name(spec) == "cudnn") options.batch_stage = make_upload_stage;
  return options;
}

std::string engine_name(const Spec& spec) {
  if (spec.compute.engine != "auto") return spec.compute.engine;
  const EngineSchema* card = EngineRegistry::instance().find("cudnn");
  if (!card) return "onednn";
  static const std::string kWhyNot = card->why_not();
  if (kWhyNot.empty()) return "cudnn";
  static std::once_flag said;
  std::call_once(said, [] { log_info("computing on the processor: " + kWhyNot); });
  return "onednn";
}

EngineOptions scoring_options(const Spec& spec, Aggregate aggregate) {
  return {.seed = spec.seed,
          .threads = spec.compute.threads,
          .aggregate = aggregate,
          .card = card_options(spec.compute)};
}

EngineOptions training_options(const Spec& spec) {
  return {.batch = spec.train->batch / spec.train->accumulate,
          .seed = spec.seed,
          .threads = spec.compute.threads,
          .rate_multipliers = spec.train->multipliers,
          .card = card_options(spec.compute)};
}

}  // namespace vggflow
