#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "experiments/training/checkpointer.h"
#include "experiments/training/divergence.h"
#include "experiments/training/stopwatch.h"
#include "experiments/training/trainer.h"
#include "experiments/training/training_feed.h"
#include "experiments/training/training_watch.h"

namespace vggflow {

/// What all processes do next.
struct Decision {
  bool stop = false;  ///< one of them was told to
  bool due = false;   ///< for the first one, whose clock counts
};

/// One train(): its iterations in trainer.cpp, what it stores and goes back to in
/// training_saves.cpp.
class Trainer {
 public:
  Trainer(const Spec& spec, const TrainingData& data, Engine& engine, Communicator& communicator,
          TrainingState from, const TrainingPlace& place);

  TrainingResult run();

 private:
  [[nodiscard]] double rate(std::uint64_t iteration) const {
    return schedule_.rate(iteration) * state_.rate_scale;
  }
  /// Of the last step.
  [[nodiscard]] double last_rate() const {
    return state_.iteration > 0 ? rate(state_.iteration - 1) : rate(0);
  }
  [[nodiscard]] bool first() const { return communicator_.rank() == 0; }
  [[nodiscard]] Decision decide(bool due);
  [[nodiscard]] bool done() const { return state_.iteration >= total_ || schedule_.stopped(); }
  void start();
  void advance();
  void step();
  void take_results();
  /// Nothing is stored or judged before the results of all iterations so far are there.
  void settle();
  void log(const TrainingRow& row);
  [[nodiscard]] bool validation_due() const;
  void validate();
  void take_in(const ValidationRow& row);
  bool save();
  void save_the_end();
  void wait_for_room(Stopwatch::Clock::time_point until);
  [[noreturn]] void leave();
  void go_back(const Diverged& diverged);
  void note_failures() { add_failed(state_.history, feed_->failures()); }

  const Spec& spec_;
  const TrainSpec& how_;
  TrainingData data_;
  Engine& engine_;
  Communicator& communicator_;
  TrainingPlace place_;
  TrainingState state_;
  std::uint64_t per_epoch_;
  std::uint64_t total_;  ///< iterations
  std::uint64_t validate_every_;
  Schedule schedule_;
  IntervalMeans means_;
  Checkpointer checkpointer_;
  std::deque<double> rates_;  ///< of the iterations whose results are still to come
  Stopwatch::Clock::time_point begun_ = Stopwatch::Clock::now();
  Stopwatch stopwatch_;
  TrainingWatch watch_;
  std::unique_ptr<TrainingFeed> feed_;
};

}  // namespace vggflow
