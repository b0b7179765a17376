#include "experiments/run/training.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/folder_lock.h"
#include "base/log.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/run/failed_images.h"
#include "experiments/run/initial_weights.h"
#include "experiments/run/machine.h"
#include "experiments/run/provenance.h"
#include "experiments/run/resume.h"
#include "experiments/run/several_processes.h"
#include "experiments/run/sources.h"
#include "experiments/run/trained.h"
#include "experiments/training/checkpointer.h"
#include "experiments/training/shared_checkpoint.h"
#include "experiments/training/trainer.h"
#include "nets/comm/agreement.h"
#include "pipeline/dataset/subset.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// All but the lock.
void clear(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() == FolderLock::kName) continue;
    std::error_code failure;
    fs::remove_all(entry.path(), failure);
    if (!failure) continue;
    throw Error(Origin::system, "cannot remove: " + failure.message(), entry.path().string());
  }
}

/// All that training needs, opened and checked: nothing was written yet.
struct Training {
  std::unique_ptr<Dataset> dataset;
  std::unique_ptr<Dataset> validation;  ///< none unless the spec wants one
  std::unique_ptr<Engine> engine;       ///< with the weights that training goes on from
  TrainingState state;
};

std::unique_ptr<Dataset> open_validation(const Spec& spec, const RunOptions& options,
                                         const Dataset& train) {
  if (!spec.train->validation && spec.evaluations.empty()) return nullptr;
  auto val = open_scoring_data(spec, options);
  check_classes(*val, train.classes());
  if (!spec.train->validation) return nullptr;
  const std::uint64_t images = spec.train->validation->images.value_or(val->size());
  return std::make_unique<Subset>(std::move(val), images);
}

TrainingOrigin origin_of(const Training& training, const Spec& spec, const Communicator& all) {
  return {.spec = to_yaml(spec.resolved),
          .engine = training.engine->description() + count_text(all),
          .plugins = plugins_text(),
          .data_sha256 = data_sha256(*training.dataset),
          .validation_sha256 = training.validation ? data_sha256(*training.validation) : "",
          .init_sha256 = {},
          .resumed = {}};
}

/// The engine's weights and the state: those of the last checkpoint, or of the very start.
void begin(Training& training, const Spec& spec, const RunOptions& options,
           const fs::path& folder) {
  Communicator& all = *options.processes;
  TrainingOrigin origin = origin_of(training, spec, all);
  const std::uint64_t per_epoch =
      training.dataset->size() / static_cast<std::size_t>(spec.train->batch);
  std::optional<Checkpoint> last;
  if (!options.fresh) {
    last = found_by_first(all, checkpoints_of(spec, folder, per_epoch),
                          [&] { return resumable(spec, options, folder, origin, per_epoch); });
  }
  if (last) {
    training.engine->load(last->weights);
    training.engine->restore(last->engine);
    training.state = std::move(last->state);
    return;
  }
  InitialWeights initial = initial_weights(spec, options);
  if (const Tensor* bad = first_not_finite(initial.parameters)) {
    throw Error(Origin::data, "init: " + bad->name + " is not finite; nothing can be trained");
  }
  training.engine->load(initial.parameters);
  origin.init_sha256 = std::move(initial.sha256);
  training.state.origin = std::move(origin);
}

Training prepare_training(const Spec& spec, const RunOptions& options, const fs::path& folder) {
  if (!spec.train) {
    throw Error(Origin::spec, "train: is missing, and there are no weights in " + folder.string(),
                spec.resolved.place());
  }
  Training training;
  training.dataset = open_training_data(spec, options);
  check_length(spec, *training.dataset);
  check_shares(spec, *options.processes);
  training.validation = open_validation(spec, options, *training.dataset);
  training.engine =
      make_engine(engine_name(spec), spec.net, training_options(spec, options.processes));
  begin(training, spec, options, folder);
  check_alike(*options.processes,
              {{"spec", to_yaml(spec.resolved)},
               {"plugins", plugins_text()},
               {"training images", data_sha256(*training.dataset)},
               {"checkpoint", std::to_string(training.state.iteration)}},
              *training.engine);
  return training;
}

TrainingPlace place_of(const Spec& spec, const RunOptions& options, const fs::path& folder) {
  TrainingPlace place{.folder = folder, .quiet = options.quiet, .stop = options.stop};
  if (!options.tensorboard.empty()) place.tensorboard = options.tensorboard / spec.name;
  if (options.fresh) place.how_to_go_on = "the same command without --fresh goes on from there";
  return place;
}

/// A picture's figures are not worth a training.
void save_figures(const fs::path& path, const FlowFigures& figures) {
  try {
    save_flow_figures(path, figures);
  } catch (const Error& error) {
    log_warning(error.what());
  }
}

Provenance training_provenance(const Spec& spec, const Engine& engine, const std::string& started,
                               const TrainingState& state, const Communicator& all) {
  Provenance entries = provenance(spec, engine, started);
  if (all.size() > 1) entries.emplace_back("processes", std::to_string(all.size()));
  if (!state.origin.resumed.empty()) {
    entries.emplace_back("resumed", joined(state.origin.resumed, "; "));
  }
  return entries;
}

void save_weights_of(const Training& training, const Spec& spec, const TrainingState& state,
                     const fs::path& path) {
  save_weights(path, {.parameters = training.engine->parameters(),
                      .net = spec.net.name,
                      .crop = spec.net.input.width,
                      .class_names = training.dataset->classes(),
                      .preprocessing = spec.preprocessing,
                      .init_sha256 = state.origin.init_sha256,
                      .training = training_text(spec.resolved)});
}

}  // namespace

void train_experiment(const Spec& given, const RunOptions& options, const fs::path& folder) {
  const std::string started = utc_now();
  Communicator& all = *options.processes;
  const Spec spec = with_part_of_machine(given, all);
  Training training = prepare_training(spec, options, folder);
  first_does(all, [&] {
    if (options.fresh) clear(folder);
    log_info(spec.name + ": training on " + training.dataset->description());
    write_text_atomically(folder / "spec.yaml", to_yaml(spec.resolved));
  });

  const TrainingResult result =
      train(spec, {*training.dataset, training.validation.get()}, *training.engine, all,
            std::move(training.state), place_of(spec, options, folder));
  first_does(all, [&] {
    const TrainingState& state = result.state;
    save_results(folder, state.history,
                 training_provenance(spec, *training.engine, started, state, all));
    save_weights_of(training, spec, state, folder / "weights.h5");
    warn_of_failed("left out", state.history.failed.size(), folder / "results.h5");
    save_figures(folder / "flow.json", result.figures);
  });
}

}  // namespace vggflow
