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

void check_same(const Spec& spec, const TrainingState& state, const Dataset& dataset,
                const fs::path& checkpoint) {
  const Value then = parse_yaml(state.origin.spec, checkpoint.string());
  const auto differences = changes(lasting_part(then), lasting_part(spec.resolved));
  if (!differences.empty()) {
    throw refused(
        "this checkpoint is of another spec than the one given: " + joined(differences, " and ") +
            "; what may change on the way is the length, the schedule, validation and "
            "evaluations",
        checkpoint);
  }
  if (state.origin.data_sha256 != data_sha256(dataset)) {
    throw refused("this checkpoint was trained on other images than data.train has now: " +
                      dataset.description(),
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
  if (state.iteration == total && fs::exists(folder / "weights.h5")) {
    throw other_spec(folder, changes(training_part(parse_yaml(state.origin.spec, "")),
                                     training_part(spec.resolved)));
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
                                    const fs::path& folder, const Dataset& dataset) {
  const std::uint64_t per_epoch = dataset.size() / static_cast<std::size_t>(spec.train->batch);
  const CheckpointFolder checkpoints = checkpoints_of(spec, folder, per_epoch);
  std::optional<Checkpoint> last = checkpoints.last();
  if (!last) return last;
  TrainingState& state = last->state;
  const fs::path path = checkpoints.path(state.iteration);
  check_same(spec, state, dataset, path);
  check_length(spec, state, per_epoch, folder, path);
  check_start(spec, options, folder, state.origin.init_sha256);

  const auto changed = changes(training_part(parse_yaml(state.origin.spec, path.string())),
                               training_part(spec.resolved));
  const std::string resumed = place_of(state.iteration, changed);
  log_info(spec.name + ": goes on " + resumed);
  state.origin.resumed.push_back(utc_now() + " " + resumed);
  state.origin.spec = to_yaml(spec.resolved);
  return last;
}

}  // namespace vggflow
