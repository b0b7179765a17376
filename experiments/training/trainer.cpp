#include "experiments/training/trainer.h"

#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "experiments/training/shared_checkpoint.h"
#include "experiments/training/training_loop.h"
#include "experiments/training/validation.h"
#include "nets/comm/agreement.h"

namespace vggflow {
namespace {

using Clock = Stopwatch::Clock;

}  // namespace

Trainer::Trainer(const Spec& spec, const TrainingData& data, Engine& engine,
                 Communicator& communicator, TrainingState from, const TrainingPlace& place)
    : spec_(spec),
      how_(*spec.train),
      data_(data),
      engine_(engine),
      communicator_(communicator),
      place_(place),
      state_(std::move(from)),
      per_epoch_(data.train.size() / static_cast<std::size_t>(how_.batch)),
      total_(how_.length.iterations(per_epoch_)),
      validate_every_(how_.validation ? how_.validation->every.interval(per_epoch_) : 0),
      schedule_(how_, per_epoch_),
      means_(how_.log_every, per_epoch_, total_),
      checkpointer_(checkpoints_of(spec, place.folder, per_epoch_), how_.checkpoint, per_epoch_,
                    place.retry),
      watch_(first() ? TrainingWatch(spec.name, place.folder / "log.jsonl", place.tensorboard,
                                     place.quiet)
                     : TrainingWatch(spec.name, {}, {}, true)) {
  schedule_.restore(state_.schedule);
  means_.restore(state_.interval);
}

TrainingResult Trainer::run() {
  if (state_.iteration > 0) checkpointer_.saved(state_.iteration);
  start();
  while (true) {
    try {
      advance();
      break;
    } catch (const Diverged& diverged) {
      go_back(diverged);
    }
  }
  note_failures();
  return {.state = std::move(state_), .figures = feed_->figures()};
}

/// From the state's iteration on.
void Trainer::start() {
  watch_.start(state_.history, state_.iteration, total_);
  feed_.reset();  // one at a time
  feed_ = std::make_unique<TrainingFeed>(spec_, data_.train, communicator_,
                                         FeedPart{state_.iteration, total_, state_.history.failed});
  stopwatch_ = {};
}

/// To the end.
void Trainer::advance() {
  // There has to be something to go back to.
  if (how_.on_nan == OnNan::reload && state_.iteration == 0) save();
  while (true) {
    if (validation_due()) {
      settle();
      validate();
    }
    const Decision now = decide(checkpointer_.due(state_.iteration));
    if (now.stop) leave();
    if (done()) break;
    if (now.due) save();
    step();
  }
  save_the_end();
}

/// Signals and clocks are not the same in all processes, what they do has to be.
Decision Trainer::decide(bool due) {
  const bool stop = place_.stop != nullptr && *place_.stop;
  double votes[] = {stop ? 1.0 : 0.0, due && first() ? 1.0 : 0.0};
  communicator_.sum(votes);
  return {votes[0] > 0, votes[1] > 0};
}

void Trainer::step() {
  const IterationBatch batch = feed_->next();
  stopwatch_.waited(batch.waited_s);
  for (const BatchLease& part : batch.parts) {
    const bool last = &part == &batch.parts.back();
    engine_.accumulate(*part, {state_.iteration, part->first_position, batch.weight_sum, last});
  }
  Rates rates = how_.sgd;
  rates.rate = rate(state_.iteration);
  engine_.update(rates);
  rates_.push_back(rates.rate);
  stopwatch_.trained(how_.batch);
  ++state_.iteration;
  take_results();
  watch_.tell(state_.iteration);
}

void Trainer::take_results() {
  while (const auto result = engine_.poll()) {
    const double rate = rates_.front();
    rates_.pop_front();
    if (!std::isfinite(result->loss)) {
      throw Diverged{result->iteration + 1, rate, "the loss is not finite"};
    }
    if (const auto row = means_.add(*result, rate)) log(*row);
  }
}

void Trainer::settle() {
  engine_.settle();
  take_results();
}

void Trainer::log(const TrainingRow& row) {
  const TimingRow timing = stopwatch_.lap(row.iteration);
  state_.history.log.push_back(row);
  state_.history.timing.push_back(timing);
  watch_.tell(row, timing);
}

/// Once at an iteration: a training that goes on from a checkpoint of it may have done it before.
bool Trainer::validation_due() const {
  const std::uint64_t iteration = state_.iteration;
  if (validate_every_ == 0 || iteration == 0 || iteration % validate_every_ != 0) return false;
  const auto& seen = state_.history.validation;
  return seen.empty() || seen.back().iteration != iteration;
}

void Trainer::validate() {
  // A row ends here: what comes after may train at another rate, or not at all.
  if (const auto row = means_.finish(last_rate())) log(*row);
  const auto started = Clock::now();
  try {
    ValidationRow row = validated_by_first(communicator_, [&] {
      return vggflow::validate(spec_, *data_.validation, engine_,
                               {.quiet = place_.quiet, .stop = place_.stop});
    });
    row.iteration = state_.iteration;
    row.epoch = static_cast<double>(state_.iteration) / static_cast<double>(per_epoch_);
    state_.history.validation.push_back(row);
    watch_.tell(row);
    take_in(row);
  } catch (const Error& error) {
    if (error.origin() != Origin::stopped) throw;
    leave();  // this validation is the first thing that the next run does
  }
  stopwatch_.paused(Stopwatch::seconds_since(started));
}

void Trainer::take_in(const ValidationRow& row) {
  const double before = rate(state_.iteration);
  schedule_.validated(row.top1_error);
  const double now = rate(state_.iteration);
  if (now != before) {
    log_info(spec_.name + ": the error is on a plateau, the learning rate drops to " +
             rate_text(now));
  }
  if (schedule_.stopped()) {
    log_info(spec_.name +
             ": the error is not getting better, training stops early after iteration " +
             std::to_string(state_.iteration) + " of " + std::to_string(total_));
  }
}

TrainingResult train(const Spec& spec, const TrainingData& data, Engine& engine,
                     Communicator& communicator, TrainingState from, const TrainingPlace& place) {
  return Trainer(spec, data, engine, communicator, std::move(from), place).run();
}

}  // namespace vggflow
