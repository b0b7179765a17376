#include "experiments/run/resume.h"

#include <bit>

#include "base/error.h"
#include "base/log.h"
#include "base/sha256.h"
#include "experiments/run/provenance.h"
#include "experiments/run/spec_changes.h"
#include "experiments/run/trained.h"
#include "experiments/spec/yaml.h"
#include "experiments/training/checkpointer.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

Error refused(const std::string& why, const fs::path& checkpoint) {
  return {Origin::spec, why + "; allowed: --fresh to train from the start, or another --out",
          checkpoint.string()};
}

void check_same(const Spec& spec, const TrainingOrigin& then, const TrainingOrigin& now,
                const fs::path& checkpoint) {
  const auto differences = changes(lasting_part(parse_yaml(then.spec, checkpoint.string())),
                                   lasting_part(spec.resolved));
  if (!differences.empty()) {
    throw refused(
        "this checkpoint is of another spec than the one given: " + joined(differences, " and ") +
            "; what may change on the way is the length, the rate, the schedule, "
            "validation and evaluations",
        checkpoint);
  }
  if (then.data_sha256 != now.data_sha256) {
    throw refused("this checkpoint was trained on other images than data.train holds now",
                  checkpoint);
  }
  if (then.plugins != now.plugins) {
    throw refused("this checkpoint was trained with other plugins: " +
                      (then.plugins.empty() ? "none" : then.plugins) + "; now " +
                      (now.plugins.empty() ? "none" : now.plugins),
                  checkpoint);
  }
}

/// Weights that are finished can be trained longer, but not otherwise.
void check_length(const Spec& spec, const TrainingState& state, std::uint64_t per_epoch,
                  const fs::path& folder, const fs::path& checkpoint) {
  const std::uint64_t total = spec.train->length.iterations(per_epoch);
  if (state.iteration > total) {
    throw refused("this checkpoint has trained for " + std::to_string(state.iteration) +
                      " iterations, the spec wants " + std::to_string(total),
                  checkpoint);
  }
  Schedule schedule(*spec.train, per_epoch);
  schedule.restore(state.schedule);
  if ((state.iteration == total || schedule.stopped()) && fs::exists(folder / "weights.h5")) {
    throw other_spec(folder, changes(training_part(parse_yaml(state.origin.spec, "")),
                                     training_part(spec.resolved)));
  }
}

/// What differs from then and may.
std::vector<std::string> changed(const Spec& spec, const TrainingOrigin& then,
                                 const TrainingOrigin& now, const fs::path& checkpoint) {
  auto found = changes(training_part(parse_yaml(then.spec, checkpoint.string())),
                       training_part(spec.resolved));
  if (then.validation_sha256 != now.validation_sha256) {
    found.emplace_back("validation looks at other images");
  }
  if (then.engine != now.engine) {
    found.push_back("the engine was " + then.engine + ", is " + now.engine);
    log_warning(spec.name + ": was trained by " + then.engine + " so far, goes on with " +
                now.engine + ": the same up to rounding, not to the bit");
  }
  return found;
}

/// None of what is there can be used: that it may go has to be said.
void check_nothing_is_lost(const CheckpointFolder& checkpoints, const fs::path& folder) {
  if (!checkpoints.iterations().empty()) {
    throw Error(Origin::data,
                "none of these checkpoints is whole; allowed: --fresh to train from the start, or "
                "another --out",
                (folder / "checkpoints").string());
  }
  if (fs::exists(folder / "weights.h5")) {
    throw Error(Origin::data,
                "these weights are finished and their last checkpoint is gone, so they cannot be "
                "trained on; allowed: the spec that trained them, --fresh to train from the start, "
                "or another --out",
                folder.string());
  }
}

std::string place_of(std::uint64_t iteration, const std::vector<std::string>& changed) {
  return "at iteration " + std::to_string(iteration) +
         (changed.empty() ? "" : ", where " + joined(changed, " and "));
}

}  // namespace

std::string data_sha256(const Dataset& dataset) {
  Sha256 sha;
  for (std::uint64_t id = 0; id < dataset.size(); ++id) {
    const std::int32_t label = dataset.label(id);
    sha.update(dataset.name(id));
    sha.update(std::as_bytes(std::span(&label, 1)));
  }
  return sha.hex();
}

std::optional<Checkpoint> resumable(const Spec& spec, const RunOptions& options,
                                    const fs::path& folder, const TrainingOrigin& now,
                                    std::uint64_t per_epoch) {
  const CheckpointFolder checkpoints = checkpoints_of(spec, folder, per_epoch);
  std::optional<Checkpoint> last = checkpoints.last();
  if (!last) {
    check_nothing_is_lost(checkpoints, folder);
    return last;
  }
  TrainingState& state = last->state;
  const fs::path path = checkpoints.path(state.iteration);
  check_same(spec, state.origin, now, path);
  check_length(spec, state, per_epoch, folder, path);
  check_start(spec, options, folder, state.origin.init_sha256);

  const std::string resumed = place_of(state.iteration, changed(spec, state.origin, now, path));
  log_info(spec.name + ": goes on " + resumed);
  TrainingOrigin origin = now;
  origin.init_sha256 = state.origin.init_sha256;
  origin.resumed = std::move(state.origin.resumed);
  origin.resumed.push_back(utc_now() + " " + resumed);
  state.origin = std::move(origin);
  return last;
}

}  // namespace vggflow
