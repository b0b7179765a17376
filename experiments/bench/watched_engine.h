#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nets/engine.h"

namespace vggflow {

/// A batch that was scored.
struct ScoredBatch {
  BatchShape shape;
  double seconds = 0;
};

/// Another engine, all of it, that also notes which batches it is given to score and how long that
/// takes.
class VGGFLOW_API WatchedEngine : public Engine {
 public:
  explicit WatchedEngine(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

  /// The batches since the last call, in order.
  [[nodiscard]] std::vector<ScoredBatch> take() { return std::exchange(scored_, {}); }

  void score(const Batch& batch, Scores& scores) override;

  void load(const Parameters& parameters) override { engine_->load(parameters); }
  [[nodiscard]] Parameters parameters() const override { return engine_->parameters(); }
  [[nodiscard]] State state() const override { return engine_->state(); }
  void restore(const State& state) override { engine_->restore(state); }
  void accumulate(const Batch& batch, const Step& step) override {
    engine_->accumulate(batch, step);
  }
  void update(const Rates& rates) override { engine_->update(rates); }
  [[nodiscard]] std::optional<StepResult> poll() override { return engine_->poll(); }
  [[nodiscard]] Parameters gradients() const override { return engine_->gradients(); }
  [[nodiscard]] std::vector<MemoryItem> memory() const override { return engine_->memory(); }
  [[nodiscard]] std::vector<LayerTimes> layer_times() override { return engine_->layer_times(); }
  [[nodiscard]] std::vector<TimedSpan> take_spans() override { return engine_->take_spans(); }
  [[nodiscard]] std::string description() const override { return engine_->description(); }

 private:
  std::unique_ptr<Engine> engine_;
  std::vector<ScoredBatch> scored_;
};

}  // namespace vggflow
