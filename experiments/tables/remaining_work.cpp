#include "experiments/tables/remaining_work.h"

#include <algorithm>

#include "base/error.h"
#include "experiments/run/evaluation_identity.h"
#include "experiments/run/scoring.h"
#include "experiments/run/trained.h"
#include "experiments/training/checkpoint_folder.h"
#include "nets/weights_file.h"
#include "pipeline/dataset.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTrained = "trained";

/// Of the last checkpoint, whole or not; 0 where there is none.
std::uint64_t last_checkpoint(const fs::path& folder) {
  const auto there = CheckpointFolder(folder / "checkpoints", 1, {}).iterations();
  return there.empty() ? 0 : there.back();
}

}  // namespace

// Without the cache of indexes in OUT: opening would write there.
std::uint64_t Outlook::images_in(const Value& source, const char* key) {
  const std::string text = to_yaml(source);
  const auto known = sizes_.find(text);
  if (known != sizes_.end()) return known->second;
  return sizes_[text] = open_dataset(Params(source, key), options_.data)->size();
}

void Outlook::look_at_training(const Spec& spec, RemainingWork& work) {
  const fs::path folder = folder_of(spec, options_);
  if (!options_.fresh && is_trained(spec, options_, folder)) {
    work.training = kTrained;
    return;
  }
  if (!spec.train) {
    throw Error(Origin::spec, "train: is missing, and there are no weights in " + folder.string(),
                spec.resolved.place());
  }
  const TrainSpec& train = *spec.train;
  const std::uint64_t per_epoch = train.length.epochs ? images_in(spec.train_data, "data.train") /
                                                            static_cast<std::uint64_t>(train.batch)
                                                      : 1;
  const std::uint64_t total = train.length.iterations(per_epoch);
  const std::uint64_t done = options_.fresh ? 0 : std::min(total, last_checkpoint(folder));
  work.iterations = total - done;
  work.training = done > 0
                      ? "from iteration " + std::to_string(done) + " of " + std::to_string(total)
                      : std::to_string(total) + " iterations";
}

void Outlook::look_at_evaluations(const PlannedExperiment& planned, RemainingWork& work) {
  if (planned.evaluations.empty()) return;
  const fs::path folder = folder_of(planned.spec, options_);
  const bool trained = work.training == kTrained;
  const std::string digest =
      trained ? load_weights_facts(folder / "weights.h5").sha256 : std::string();
  bool scored = false;
  for (const EvaluationSpec& evaluation : wanted_evaluations(planned.spec, planned.evaluations)) {
    if (trained && why_stale(folder, planned.spec, evaluation, digest).empty()) continue;
    work.evaluations.push_back(evaluation.name);
    scored = scored || evaluation.combine.empty();
  }
  work.images = images_in(planned.spec.val_data, "data.val");
}

RemainingWork Outlook::of(const PlannedExperiment& planned) {
  RemainingWork work;
  const auto look = [&](const auto& at) {
    try {
      at();
    } catch (const Error& error) {
      work.problems.push_back(error.what());
    }
  };
  look([&] { look_at_training(planned.spec, work); });
  if (work.training.empty()) work.training = "not known";
  look([&] { look_at_evaluations(planned, work); });
  return work;
}

}  // namespace vggflow
