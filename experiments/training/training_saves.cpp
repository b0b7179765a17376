#include <algorithm>
#include <optional>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "experiments/training/shared_checkpoint.h"
#include "experiments/training/training_loop.h"
#include "nets/comm/agreement.h"

namespace vggflow {
namespace {

using Clock = Stopwatch::Clock;

constexpr std::chrono::milliseconds kGlance{50};  ///< how often a stop is looked for in a wait
constexpr std::chrono::seconds kLeastWait{1};     ///< for room on a disk that is full

}  // namespace

bool Trainer::save() {
  const auto started = Clock::now();
  settle();
  note_failures();
  state_.interval = means_.sums();
  state_.schedule = schedule_.state();
  try {
    const bool written =
        first_says(communicator_, [&] { return checkpointer_.try_save(state_, engine_); });
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
    if (decide(Clock::now() >= enough).due) {
      throw Error(
          Origin::system,
          "trained to the end, and the disk has no room for it; " + checkpointer_.last_text(),
          place_.folder.string());
    }
    log_warning(spec_.name + ": trained to the end, waits for room on the disk");
    wait_for_room(std::min(enough, Clock::now() + place_.retry));
  }
}

void Trainer::wait_for_room(Clock::time_point until) {
  while (true) {
    const Decision now = decide(Clock::now() >= until);
    if (now.stop) leave();
    if (now.due) return;
    // A signal's handler only sets a flag, it can wake nobody.
    std::this_thread::sleep_for(kGlance);
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
  if (reload) {
    const CheckpointFolder& folder = checkpointer_.folder();
    last = found_by_first(communicator_, folder, [&] {
      auto regular = folder.last_regular();
      // None of them where a length for checkpoints is new to a training that went on.
      return regular ? std::move(regular) : folder.last();
    });
  }
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

}  // namespace vggflow
