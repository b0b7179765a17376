#include "experiments/training/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>
#include <numeric>

#include "base/error.h"
#include "base/log.h"
#include "experiments/evaluation/evaluator.h"
#include "experiments/run/failed_images.h"
#include "experiments/run/machine.h"
#include "experiments/training/checkpointer.h"
#include "experiments/training/log_file.h"
#include "experiments/training/progress.h"
#include "experiments/training/stopwatch.h"
#include "pipeline/flow.h"

namespace vggflow {
namespace {

using Clock = Stopwatch::Clock;

/// `on_nan: reload` halves the rate each time, and gives up after so many.
constexpr double kReloadFactor = 0.5;
constexpr int kMostReloads = 8;

/// The loss or the weights of an iteration are no numbers any more.
struct Diverged {
  std::uint64_t iteration = 0;
  double rate = 0;
  std::string what;
};

std::string status(const TrainingRow& row, const TimingRow& timing) {
  char text[160];
  std::snprintf(text, sizeof text,
                "epoch %.1f  loss %.3f  error %.1f %%  rate %.2g  %.0f images/s  waiting %.0f %%",
                row.epoch, row.loss, row.top1_error, row.rate, timing.images_per_s,
                100 * timing.wait_share);
  return text;
}

std::string text_of(const Diverged& diverged) {
  char rate[32];
  std::snprintf(rate, sizeof rate, "%.6g", diverged.rate);
  return diverged.what + " at iteration " + std::to_string(diverged.iteration) +
         ", learning rate " + rate;
}

class Trainer {
 public:
  Trainer(const Spec& spec, const TrainingData& data, Engine& engine, Communicator& communicator,
          TrainingState from, const TrainingPlace& place);

  TrainingResult run();

 private:
  [[nodiscard]] double rate(std::uint64_t iteration) const {
    return schedule_.rate(iteration) * state_.rate_scale;
  }
  [[nodiscard]] bool stop_asked() const { return place_.stop != nullptr && *place_.stop; }
  [[nodiscard]] bool done() const { return state_.iteration >= total_ || schedule_.stopped(); }
  void feed();
  void advance();
  void step();
  std::vector<BatchLease> next_batches();
  [[nodiscard]] double weight_sum(const std::vector<BatchLease>& parts);
  void take_results();
  void log(const TrainingRow& row);
  [[nodiscard]] bool validation_due() const;
  void validate();
  void save_if_due();
  bool save();
  [[noreturn]] void leave();
  void go_back(const Diverged& diverged);
  void note_failures();

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
  Stopwatch watch_;
  Progress progress_;
  std::optional<TrainingLogFile> log_file_;
  std::unique_ptr<Flow> flow_;
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
      validate_every_(how_.validation ? std::max<std::uint64_t>(
                                            1, how_.validation->every.iterations(per_epoch_))
                                      : 0),
      schedule_(how_, per_epoch_),
      means_(how_.log_every, per_epoch_, total_),
      checkpointer_(checkpoints_of(spec, place.folder, per_epoch_), how_.checkpoint, per_epoch_),
      progress_("training " + spec.name, total_, place.quiet) {
  schedule_.restore(state_.schedule);
  means_.restore(state_.interval);
}

TrainingResult Trainer::run() {
  log_file_.emplace(place_.folder / "log.jsonl", state_.history);
  if (state_.iteration > 0) checkpointer_.saved(state_.iteration);
  feed();
  // There has to be something to go back to.
  if (how_.on_nan == OnNan::reload && state_.iteration == 0) save();
  while (true) {
    try {
      advance();
      break;
    } catch (const Diverged& diverged) {
      go_back(diverged);
    }
  }
  note_failures();
  TrainingResult result{.state = std::move(state_), .figures = {.flow = flow_->statistics()}};
  result.figures.images_per_s = static_cast<double>(result.figures.flow.batches) * how_.batch /
                                how_.accumulate / result.figures.flow.elapsed_s;
  return result;
}

/// A flow from the state's iteration on.
void Trainer::feed() {
  FlowOptions options = flow_options(spec_);
  warn_as_they_fail(options, "left out");
  flow_ = std::make_unique<Flow>(
      data_.train, spec_.stages,
      plan_training(data_.train.size(), {.seed = spec_.seed,
                                         .batch = how_.batch,
                                         .image = spec_.net.input,
                                         .shard = {communicator_.rank(), communicator_.size()},
                                         .parts = how_.accumulate,
                                         .first_batch = state_.iteration,
                                         .batches = total_}),
      options);
  watch_ = {};
}

/// To the end.
void Trainer::advance() {
  while (true) {
    if (validation_due()) validate();
    if (stop_asked()) leave();
    if (done()) break;
    save_if_due();
    step();
  }
  if (const auto row = means_.finish(rate(state_.iteration - 1))) log(*row);
  save();
}

void Trainer::step() {
  const std::vector<BatchLease> parts = next_batches();
  const double weights = weight_sum(parts);
  for (const BatchLease& part : parts) {
    engine_.accumulate(*part, {state_.iteration, part->first_position, weights});
  }
  Rates rates = how_.sgd;
  rates.rate = rate(state_.iteration);
  engine_.update(rates);
  rates_.push_back(rates.rate);
  watch_.trained(how_.batch);
  ++state_.iteration;
  take_results();
}

/// All parts of an iteration: their weights are to be known before the first of them is used.
std::vector<BatchLease> Trainer::next_batches() {
  const auto asked = Clock::now();
  std::vector<BatchLease> parts;
  for (int part = 0; part < how_.accumulate; ++part) parts.push_back(flow_->next());
  watch_.waited(Stopwatch::seconds_since(asked));
  return parts;
}

double Trainer::weight_sum(const std::vector<BatchLease>& parts) {
  double sum = 0;
  for (const BatchLease& part : parts) {
    sum = std::accumulate(part->weights.begin(), part->weights.end(), sum);
  }
  communicator_.sum({&sum, 1});
  if (sum > 0) return sum;
  const FailedSample one = flow_->failures().front();
  throw Error(Origin::data, "every image of the batch of iteration " +
                                std::to_string(state_.iteration + 1) +
                                " failed; one of them: " + one.name + ": " + one.reason);
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

void Trainer::log(const TrainingRow& row) {
  const TimingRow timing = watch_.lap(row.iteration);
  state_.history.log.push_back(row);
  state_.history.timing.push_back(timing);
  log_file_->write(row, timing);
  progress_.show(row.iteration, status(row, timing));
}

/// Once at an iteration: a training that goes on from a checkpoint of it may have done it before.
bool Trainer::validation_due() const {
  const std::uint64_t iteration = state_.iteration;
  if (validate_every_ == 0 || iteration == 0 || iteration % validate_every_ != 0) return false;
  const auto& seen = state_.history.validation;
  return seen.empty() || seen.back().iteration != iteration;
}

void Trainer::validate() {
  const auto started = Clock::now();
  const ValidationSpec& how = *how_.validation;
  try {
    const EvaluationResult seen =
        evaluate(spec_,
                 {.name = "validation",
                  .scales = {how.scale},
                  .views = "center",
                  .mirror = false,
                  .batch = how.batch},
                 *data_.validation, engine_, {.quiet = place_.quiet, .stop = place_.stop});
    const ValidationRow row{
        .iteration = state_.iteration,
        .epoch = static_cast<double>(state_.iteration) / static_cast<double>(per_epoch_),
        .images = seen.labels.size(),
        .top1_error = seen.top1_error,
        .top5_error = seen.top5_error};
    schedule_.validated(row.top1_error);
    state_.history.validation.push_back(row);
    log_file_->write(row);
  } catch (const Error& error) {
    if (error.origin() != Origin::stopped) throw;
    leave();  // this validation is the first thing that the next run does
  }
  watch_.paused(Stopwatch::seconds_since(started));
}

void Trainer::save_if_due() {
  if (checkpointer_.due(state_.iteration)) save();
}

bool Trainer::save() {
  const auto started = Clock::now();
  note_failures();
  state_.interval = means_.sums();
  state_.schedule = schedule_.state();
  try {
    const bool written = checkpointer_.try_save(state_, engine_);
    watch_.paused(Stopwatch::seconds_since(started));
    return written;
  } catch (const Error& error) {
    if (error.origin() != Origin::engine) throw;
    throw Diverged{state_.iteration, rate(state_.iteration - 1), error.message()};
  }
}

void Trainer::leave() {
  const bool written = save();
  throw Error(written ? Origin::stopped : Origin::system,
              "stopped after iteration " + std::to_string(state_.iteration) + " of " +
                  std::to_string(total_) + "; the same command goes on from the last checkpoint" +
                  (written ? "" : ", which is older: " + checkpointer_.last_text()),
              place_.folder.string());
}

void Trainer::go_back(const Diverged& diverged) {
  const bool reload = how_.on_nan == OnNan::reload && state_.reloads < kMostReloads;
  std::optional<Checkpoint> last;
  if (reload) last = checkpointer_.folder().last_regular();
  if (!last) {
    throw Error(
        Origin::engine,
        text_of(diverged) + "; " + checkpointer_.last_text() +
            (state_.reloads > 0 ? "; gone back " + std::to_string(state_.reloads) + " times in vain"
                                : "") +
            "; try a lower train.sgd.rate, or on_nan: reload",
        place_.folder.string());
  }
  const double scale = state_.rate_scale * kReloadFactor;
  const int reloads = state_.reloads + 1;
  state_ = std::move(last->state);
  state_.rate_scale = scale;
  state_.reloads = reloads;
  engine_.load(last->weights);
  engine_.restore(last->engine);
  while (engine_.poll()) continue;
  rates_.clear();
  checkpointer_.saved(state_.iteration);
  schedule_.restore(state_.schedule);
  means_.restore(state_.interval);
  log_file_.emplace(place_.folder / "log.jsonl", state_.history);
  log_warning(text_of(diverged) + "; gone back to iteration " + std::to_string(state_.iteration) +
              ", the learning rate is halved to " + std::to_string(rate(state_.iteration)));
  feed();
}

/// Those of this flow join those of the flows before it.
void Trainer::note_failures() {
  auto& known = state_.history.failed;
  for (const FailedSample& failed : flow_->failures()) {
    const auto place = std::ranges::lower_bound(known, failed.id, {}, &FailedSample::id);
    if (place == known.end() || place->id != failed.id) known.insert(place, failed);
  }
}

}  // namespace

TrainingResult train(const Spec& spec, const TrainingData& data, Engine& engine,
                     Communicator& communicator, TrainingState from, const TrainingPlace& place) {
  return Trainer(spec, data, engine, communicator, std::move(from), place).run();
}

}  // namespace vggflow
