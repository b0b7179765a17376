#include "experiments/bench/watched_engine.h"

#include <chrono>

namespace vggflow {

void WatchedEngine::score(const Batch& batch, Scores& scores) {
  const auto start = std::chrono::steady_clock::now();
  engine_->score(batch, scores);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  scored_.push_back({batch.shape, took.count()});
}

}  // namespace vggflow
