#include "experiments/training/trainer.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "experiments/training/checkpointer.h"
#include "experiments/training/divergence.h"
#include "experiments/training/stopwatch.h"
#include "experiments/training/training_feed.h"
#include "experiments/training/training_watch.h"
#include "experiments/training/validation.h"

namespace vggflow {
namespace {

using Clock = Stopwatch::Clock;

constexpr std::chrono::milliseconds kGlance{50};  ///< how often a stop is looked for in a wait
constexpr std::chrono::seconds kLeastWait{1};     ///< for room on a disk that is full

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
  [[nodiscard]] bool stop_asked() const { return place_.stop != nullptr && *place_.stop; }
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
  void save_if_due();
  bool save();
  void save_the_end();
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
  Clock::time_point begun_ = Clock::now();
  Stopwatch stopwatch_;
  TrainingWatch watch_;
  std::unique_ptr<TrainingFeed> feed_;
};

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
      watch_(spec.name, place.folder / "log.jsonl", place.tensorboard, place.quiet) {
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
    if (stop_asked()) leave();
    if (done()) break;
    save_if_due();
    step();
  }
  save_the_end();
}

void Trainer::step() {
  const IterationBatch batch = feed_->next();
  stopwatch_.waited(batch.waited_s);
  for (const BatchLease& part : batch.parts) {
    engine_.accumulate(*part, {state_.iteration, part->first_position, batch.weight_sum});
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
    ValidationRow row = vggflow::validate(spec_, *data_.validation, engine_,
                                          {.quiet = place_.quiet, .stop = place_.stop});
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

void Trainer::save_if_due() {
  if (checkpointer_.due(state_.iteration)) save();
}

bool Trainer::save() {
  const auto started = Clock::now();
  settle();
  note_failures();
  state_.interval = means_.sums();
  state_.schedule = schedule_.state();
  try {
    const bool written = checkpointer_.try_save(state_, engine_);
    stopwatch_.paused(Stopwatch::seconds_since(started));
    return written;
  } catch (const Error& error) {
    if (error.origin() != Origin::engine) throw;
    throw Diverged{state_.iteration, last_rate(), error.message()};
  }
}

/// All of the training hangs on this one: where the disk is full, it waits for room, as long as
/// this process has trained.
void Trainer::save_the_end() {
  const auto trained = std::max<Clock::duration>(Clock::now() - begun_, kLeastWait);
  const auto enough = Clock::now() + trained;
  while (!save()) {
    if (Clock::now() >= enough) {
      throw Error(
          Origin::system,
          "trained to the end, and the disk has no room for it; " + checkpointer_.last_text(),
          place_.folder.string());
    }
    log_warning(spec_.name + ": trained to the end, waits for room on the disk");
    const auto until = std::min(enough, Clock::now() + place_.retry);
    // A signal's handler only sets a flag, it can wake nobody.
    while (Clock::now() < until && !stop_asked()) std::this_thread::sleep_for(kGlance);
    if (stop_asked()) leave();
  }
}

void Trainer::leave() {
  const bool written = save();
  throw Error(written ? Origin::stopped : Origin::system,
              "stopped after iteration " + std::to_string(state_.iteration) + " of " +
                  std::to_string(total_) + "; " + place_.how_to_go_on +
                  (written ? "" : ", which is older: " + checkpointer_.last_text()),
              place_.folder.string());
}

void Trainer::go_back(const Diverged& diverged) {
  const bool reload = how_.on_nan == OnNan::reload && state_.reloads < kMostReloads;
  std::optional<Checkpoint> last;
  // None of them where a length for checkpoints is new to a training that went on.
  if (reload) last = checkpointer_.folder().last_regular();
  if (reload && !last) last = checkpointer_.folder().last();
  if (!last) {
    throw Error(
        Origin::engine,
        text_of(diverged) + "; " + checkpointer_.last_text() +
            (state_.reloads > 0 ? "; gone back " + std::to_string(state_.reloads) + " times in vain"
                                : "") +
            "; try a lower train.sgd.rate" +
            (how_.on_nan == OnNan::reload ? "" : ", or on_nan: reload with checkpoints by length"),
        place_.folder.string());
  }
  const double scale = state_.rate_scale * kReloadFactor;
  const int reloads = state_.reloads + 1;
  state_ = std::move(last->state);
  state_.rate_scale = scale;
  state_.reloads = reloads;
  engine_.load(last->weights);
  engine_.restore(last->engine);
  engine_.settle();
  while (engine_.poll()) continue;
  rates_.clear();
  checkpointer_.saved(state_.iteration);
  schedule_.restore(state_.schedule);
  means_.restore(state_.interval);
  log_warning(text_of(diverged) + "; gone back to iteration " + std::to_string(state_.iteration) +
              ", the learning rate is halved to " + rate_text(rate(state_.iteration)));
  start();
}

}  // namespace

TrainingResult train(const Spec& spec, const TrainingData& data, Engine& engine,
                     Communicator& communicator, TrainingState from, const TrainingPlace& place) {
  return Trainer(spec, data, engine, communicator, std::move(from), place).run();
}

}  // namespace vggflow
