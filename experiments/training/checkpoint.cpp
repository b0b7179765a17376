#include "experiments/training/checkpoint.h"

#include "base/atomic_file.h"
#include "base/hdf5_file.h"
#include "base/sealed_file.h"
#include "nets/tensor_groups.h"

namespace vggflow {
namespace {

constexpr const char* kFormat = "vggflow checkpoint 1";
constexpr const char* kState = "/state";
constexpr const char* kWeights = "/weights";
constexpr const char* kMomenta = "/momenta";

/// The small facts of a state, by name.
using Facts = std::vector<std::pair<std::string, Hdf5Attribute>>;

std::int64_t whole(std::uint64_t count) { return static_cast<std::int64_t>(count); }

Facts facts_of(const TrainingState& state) {
  const BestValidation& plateau = state.schedule.plateau;
  const BestValidation& early_stop = state.schedule.early_stop;
  return {{"iteration", whole(state.iteration)},
          {"interval_loss", state.interval.loss},
          {"interval_top1_errors", state.interval.top1_errors},
          {"interval_top5_errors", state.interval.top5_errors},
          {"interval_weight_sum", state.interval.weight_sum},
          {"drops", whole(state.schedule.drops)},
          {"plateau_top1_error", plateau.top1_error},
          {"plateau_since", whole(plateau.since)},
          {"early_stop_top1_error", early_stop.top1_error},
          {"early_stop_since", whole(early_stop.since)},
          {"rate_scale", state.rate_scale},
          {"reloads", std::int64_t{state.reloads}},
          {"spec", state.origin.spec},
          {"engine", state.origin.engine},
          {"plugins", state.origin.plugins},
          {"data_sha256", state.origin.data_sha256},
          {"validation_sha256", state.origin.validation_sha256},
          {"init_sha256", state.origin.init_sha256}};
}

TrainingState read_facts(const Hdf5File& file) {
  const auto count = [&](const char* name) {
    return static_cast<std::uint64_t>(file.attribute<std::int64_t>(kState, name));
  };
  const auto number = [&](const char* name) { return file.attribute<double>(kState, name); };
  const auto text = [&](const char* name) { return file.attribute<std::string>(kState, name); };
  TrainingState state;
  state.iteration = count("iteration");
  state.interval.loss = number("interval_loss");
  state.interval.top1_errors = number("interval_top1_errors");
  state.interval.top5_errors = number("interval_top5_errors");
  state.interval.weight_sum = number("interval_weight_sum");
  state.schedule = {.drops = count("drops"),
                    .plateau = {number("plateau_top1_error"), count("plateau_since")},
                    .early_stop = {number("early_stop_top1_error"), count("early_stop_since")}};
  state.rate_scale = number("rate_scale");
  state.reloads = static_cast<int>(count("reloads"));
  state.origin.spec = text("spec");
  state.origin.engine = text("engine");
  state.origin.plugins = text("plugins");
  state.origin.data_sha256 = text("data_sha256");
  state.origin.validation_sha256 = text("validation_sha256");
  state.origin.init_sha256 = text("init_sha256");
  return state;
}

void write_state(Hdf5File& file, const TrainingState& state) {
  file.make_group(kState);
  for (const auto& [name, value] : facts_of(state)) file.set_attribute(kState, name, value);
  file.write_texts(std::string(kState) + "/resumed", state.origin.resumed);
  write_training(file, state.history);
  write_failed(file, kState, state.history.failed);
}

TrainingState read_state(const Hdf5File& file) {
  TrainingState state = read_facts(file);
  state.origin.resumed = file.read_texts(std::string(kState) + "/resumed");
  state.history = read_training(file);
  state.history.failed = read_failed(file, kState);
  return state;
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const TrainingState& state,
                     const Engine& engine) {
  write_atomically(path, [&](const std::filesystem::path& temporary) {
    Hdf5File file = Hdf5File::create(temporary);
    file.set_attribute("/", "format", std::string(kFormat));
    write_state(file, state);
    {
      const Parameters weights = engine.parameters();
      if (const Tensor* bad = first_not_finite(weights)) {
        throw Error(Origin::engine, bad->name + " is not finite");
      }
      write_tensors(file, kWeights, weights);
    }
    write_tensors(file, kMomenta, engine.state().momenta);
    file.close();
    seal(temporary);
  });
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  check_seal(path);
  const Hdf5File file = Hdf5File::open(path);
  check_format(file, kFormat, "a checkpoint");
  return {.state = read_state(file),
          .weights = read_tensors(file, kWeights),
          .engine = {read_tensors(file, kMomenta)}};
}

}  // namespace vggflow
