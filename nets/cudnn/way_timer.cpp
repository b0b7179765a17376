#include "nets/cudnn/way_timer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/log.h"

namespace vggflow::cudnn {
namespace {

constexpr int kMostTimed = 10;  // the heuristics' order is good: the best is among the first
constexpr int kRuns = 3;

}  // namespace

void WayTimer::choose(ConvolutionPlan& plan, const ConvolutionTensors& tensors) {
  // The heuristics' order is the same each time, which way is the fastest is not.
  if (plan.problem().deterministic || take_known(plan)) return;
  int best = plan.chosen();
  float best_ms = std::numeric_limits<float>::infinity();
  int timed = 0;
  for (int way = 0; way < plan.ways() && timed < kMostTimed; ++way) {
    if (!plan.prepare(way)) continue;
    plan.choose(way);
    const auto ms = time_ms(plan, tensors);
    ++timed;
    if (!ms || *ms >= best_ms) continue;
    best = way;
    best_ms = *ms;
  }
  if (timed > 0 && std::isinf(best_ms)) {
    throw Error(Origin::engine, "of the ways to compute " + plan.problem().text() +
                                    " that this card was offered none has run");
  }
  plan.choose(best);
  cache_.add(plan.problem().text(), plan.way_name(best));
}

bool WayTimer::take_known(ConvolutionPlan& plan) const {
  const std::string known = cache_.find(plan.problem().text());
  if (known.empty()) return false;
  for (int way = 0; way < plan.ways(); ++way) {
    if (plan.way_name(way) != known || !plan.prepare(way)) continue;
    plan.choose(way);
    return true;
  }
  return false;
}

// None where it does not run after all, or its workspace has no room.
std::optional<float> WayTimer::time_ms(const ConvolutionPlan& plan,
                                       const ConvolutionTensors& tensors) try {
  if (plan.workspace_bytes() > workspace_.bytes()) {
    workspace_ = {};  // room for the larger one
    workspace_ = cuda::DeviceMemory(plan.workspace_bytes(), "trying " + plan.problem().text());
  }
  cuda::Event begin(cuda::Event::Kind::timing);
  cuda::Event end(cuda::Event::Kind::timing);
  float best = std::numeric_limits<float>::infinity();
  for (int run = 0; run <= kRuns; ++run) {  // the first warms up
    begin.record(stream_);
    plan.run(cudnn_, tensors, workspace_.data());
    end.record(stream_);
    end.wait();
    if (run > 0) best = std::min(best, end.ms_since(begin));
  }
  return best;
} catch (const Error& error) {
  log_warning("tried another way: " + error.message());
  return std::nullopt;
}

}  // namespace vggflow::cudnn
