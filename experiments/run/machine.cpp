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

/// '1' for each hardware thread of the host that this process may use; empty if it cannot tell.
std::string allowed_threads() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return {};
  std::string text;
  for (std::size_t thread = 0; thread < CPU_SETSIZE; ++thread) {
    text += CPU_ISSET(thread, &allowed) ? '1' : '0';
  }
  return text;
}

}  // namespace

int hardware_threads() {
  return std::max(1, static_cast<int>(std::ranges::count(allowed_threads(), '1')));
}

int hardware_threads(Communicator& all) {
  const std::vector<std::string> of_all = all.gather(allowed_threads());
  const std::string& mine = of_all[static_cast<std::size_t>(all.rank())];
  double part = 0;
  for (std::size_t thread = 0; thread < mine.size(); ++thread) {
    if (mine[thread] != '1') continue;
    part += 1.0 / static_cast<double>(std::ranges::count_if(all.neighbours(), [&](int rank) {
              return of_all[static_cast<std::size_t>(rank)][thread] == '1';
            }));
  }
  // Thirds and the like do not add up to the last bit.
  return std::max(1, static_cast<int>(part + 1e-6));
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
  if (computes_on_card(spec)) options.batch_stage = make_upload_stage;
  return options;
}

std::string engine_name(const Spec& spec) {
  if (spec.compute.engine != "auto") return spec.compute.engine;
  const EngineRegistry& engines = EngineRegistry::instance();
  const std::string processor = engines.find("onednn") ? "onednn" : "reference";
  const EngineSchema* card = engines.find("cudnn");
  if (!card) return processor;
  static const std::string kWhyNot = card->why_not();
  if (kWhyNot.empty()) return "cudnn";
  static std::once_flag said;
  std::call_once(said, [] { log_info("computing on the processor: " + kWhyNot); });
  return processor;
}

bool computes_on_card(const Spec& spec) { return engine_name(spec) == "cudnn"; }

EngineOptions scoring_options(const Spec& spec, Aggregate aggregate) {
  return {.seed = spec.seed,
          .threads = spec.compute.threads,
          .aggregate = aggregate,
          .card = card_options(spec.compute)};
}

EngineOptions training_options(const Spec& spec, const std::shared_ptr<Communicator>& all) {
  return {.batch = spec.train->batch / all->size() / spec.train->accumulate,
          .seed = spec.seed,
          .threads = spec.compute.threads,
          .rate_multipliers = spec.train->multipliers,
          .card = card_options(spec.compute),
          .communicator = all};
}

}  // namespace vggflow
