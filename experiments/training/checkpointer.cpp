#include "experiments/training/checkpointer.h"

#include "base/error.h"
#include "base/log.h"

namespace vggflow {
namespace {

std::uint64_t iterations_of(const std::optional<Length>& every, std::uint64_t per_epoch) {
  return every ? every->interval(per_epoch) : 0;
}

}  // namespace

CheckpointFolder checkpoints_of(const Spec& spec, const std::filesystem::path& out,
                                std::uint64_t per_epoch) {
  const CheckpointSpec& when = spec.train->checkpoint;
  return {out / "checkpoints", when.keep,
          [every = iterations_of(when.every, per_epoch)](std::uint64_t iteration) {
            return every > 0 && iteration % every == 0;
          }};
}

Checkpointer::Checkpointer(CheckpointFolder folder, const CheckpointSpec& when,
                           std::uint64_t per_epoch, Clock::duration retry)
    : folder_(std::move(folder)),
      retry_after_(retry),
      every_(iterations_of(when.every, per_epoch)),
      interval_(std::chrono::duration_cast<Clock::duration>(
          std::chrono::duration<double, std::ratio<60>>(when.minutes))) {}

bool Checkpointer::due(std::uint64_t iteration) const {
  if (saved_ == iteration) return false;
  if (every_ > 0 && iteration > 0 && iteration % every_ == 0) return true;
  const auto now = Clock::now();
  if (retry_) return now >= *retry_;
  return interval_ > Clock::duration::zero() && now - last_ >= interval_;
}

bool Checkpointer::try_save(const TrainingState& state, const Engine& engine) {
  try {
    folder_.save(state, engine);
  } catch (const Error& error) {
    if (error.origin() != Origin::system) throw;
    retry_ = Clock::now() + retry_after_;
    log_warning(std::string("no checkpoint at iteration ") + std::to_string(state.iteration) +
                ": " + error.what() + "; " + last_text());
    return false;
  }
  saved(state.iteration);
  return true;
}

void Checkpointer::saved(std::uint64_t iteration) {
  saved_ = iteration;
  last_ = Clock::now();
  retry_.reset();
}

std::string Checkpointer::last_text() const {
  const auto there = folder_.iterations();
  if (there.empty()) return "there is no checkpoint";
  return "the last checkpoint is " + folder_.path(there.back()).string();
}

}  // namespace vggflow
