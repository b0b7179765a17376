#include "experiments/run/machine.h"

#include <sched.h>

#include <algorithm>
#include <fstream>

namespace vggflow {

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

std::string engine_name(const Spec& spec) {
  if (spec.compute.engine != "auto") return spec.compute.engine;
  return EngineRegistry::instance().find("onednn") ? "onednn" : "reference";
}

bool computes_on_card(const Spec& spec) { return engine_name(spec) == "cudnn"; }

EngineOptions training_options(const Spec& spec) {
  return {.batch = spec.train->batch / spec.train->accumulate,
          .seed = spec.seed,
          .threads = spec.compute.threads,
          .rate_multipliers = spec.train->multipliers};
}

}  // namespace vggflow
