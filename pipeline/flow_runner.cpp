#include "pipeline/flow_runner.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/rng.h"
#include "pipeline/cut_views.h"
#include "pipeline/failed_sample.h"
#include "pipeline/scaled_pictures.h"

namespace vggflow {
namespace {

/// The stages before the first geometry; without any, the decode alone: the view's geometry comes
/// right after it.
std::size_t count_shared(const StageList& stages) {
  const auto first = [&](auto wanted) {
    return static_cast<std::size_t>(std::find_if(stages.begin(), stages.end(), wanted) -
                                    stages.begin());
  };
  const std::size_t geometry = first([](const auto& s) { return s.role() == Role::geometry; });
  if (geometry < stages.size()) return geometry;
  return first([](const auto& s) { return s.role() != Role::decode; });
}

}  // namespace

void FailureLog::add(const FailedSample& failure, const FailurePlace& place) {
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = failures_.try_emplace(failure.id, Entry{place, failure});
  if (is_new && on_new_) on_new_(failure);
  if (!is_new && place < known->second.place) known->second = {place, failure};
}

std::vector<FailedSample> FailureLog::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<FailedSample> all;
  for (const auto& [id, entry] : failures_) all.push_back(entry.failure);
  return all;
}

JobRunner::JobRunner(const Dataset& dataset, StageList stages, std::vector<View> views,
                     const FlowOptions& options, Substitute substitute)
    : dataset_(dataset),
      stages_(std::move(stages)),
      shared_stages_(count_shared(stages_)),
      views_(std::move(views)),
      options_(options),
      substitute_(std::move(substitute)),
      failures_(options.on_failure) {}

template <class Work>
void JobRunner::attempt(Task& task, std::string_view step, Work&& work) const {
  if (task.failure) return;
  try {
    work();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    task.failure = failed_sample(dataset_, task.id, step, error);
  } catch (...) {
    task.failure = failed_sample(dataset_, task.id, step, std::runtime_error("unknown exception"));
  }
}

void JobRunner::read(Task& task) const {
  attempt(task, "read", [&] {
    task.samples.clear();
    dataset_.read(task.id, task.encoded);
    task.samples.push_back({task.id, dataset_.label(task.id), dataset_.name(task.id),
                            task.job->epoch, task.encoded, &task.memory, Picture{}});
  });
}

void JobRunner::stage(std::size_t index, Task& task) const {
  if (index == shared_stages_) share_out(task);
  const PlacedStage& placed = stages_[index];
  attempt(task, placed.schema->name, [&] {
    for (Sample& sample : task.samples) {
      // Every view of a picture draws the same numbers.
      Rng rng = stage_rng(placed, options_.seed, sample.epoch, sample.id);
      placed.stage->apply(sample, rng);
    }
  });
}

void JobRunner::share_out(Task& task) const {
  const auto destinations = task.destinations;
  if (!destinations.front().view) return;
  std::optional<ScaledPictures> pictures;
  attempt(task, "view", [&] {
    pictures.emplace(task.samples.front().picture);
    for (const Destination& to : destinations) pictures->expect(views_.at(*to.view));
  });
  attempt(task, "render", [&] { pictures->render(); });
  attempt(task, "view", [&] {
    task.samples.resize(destinations.size(), task.samples.front());
    for (std::size_t d = 0; d < destinations.size(); ++d) {
      task.samples[d].picture = pictures->shown_by(views_[*destinations[d].view]);
    }
  });
}

void JobRunner::render(Task& task) const {
  if (shared_stages_ == stages_.size()) share_out(task);
  attempt(task, "render", [&] {
    for (std::size_t d = 0; d < task.samples.size(); ++d) {
      const Destination& destination = task.destinations[d];
      fill_slot(task.samples[d], destination, (*task.batches)[destination.batch]);
    }
    draw_slots(task.samples, task.destinations, *task.batches);
  });
  task.samples.clear();  // lets go of the pictures, keeps the memory of the list
}

/// All but the pixels.
void JobRunner::fill_slot(const Sample& sample, const Destination& destination,
                          Batch& batch) const {
  const Size made = sample.picture.size();
  if (made != batch.shape.image) {
    throw Error(Origin::data, "the stages made a picture of " + to_string(made) +
                                  " where the batch has slots of " + to_string(batch.shape.image));
  }
  const auto slot = static_cast<std::size_t>(destination.slot);
  batch.colour[slot] = sample.picture.pending_colour();
  batch.labels[slot] = sample.label;
  batch.ids[slot] = sample.id;
  batch.views[slot] = destination.view.value_or(0);
  batch.weights[slot] = 1.0F;
}

void JobRunner::clear_slots(const Task& task) const {
  for (const Destination& destination : task.destinations) {
    Batch& batch = (*task.batches)[destination.batch];
    const auto slot = static_cast<std::size_t>(destination.slot);
    std::fill_n(own_slot(batch, destination.slot).data, batch.slot_bytes(), std::uint8_t{0});
    batch.colour[slot] = {};
    batch.labels[slot] = dataset_.label(task.job->id);
    batch.ids[slot] = task.job->id;
    batch.views[slot] = destination.view.value_or(0);
    batch.weights[slot] = 0.0F;
  }
}

void JobRunner::note(Task& task, int attempt) {
  failures_.add(*task.failure, {task.job->epoch, task.job->position, attempt});
  task.failures.push_back(*task.failure);
}

int JobRunner::try_substitutes(Task& task) {
  for (int tries = 0; tries < kMostSubstitutes; ++tries) {
    const auto id = substitute_(*task.job, tries + 1);
    if (!id) return tries;
    task.id = *id;
    task.failure.reset();
    read(task);
    for (std::size_t s = 0; s < stages_.size(); ++s) stage(s, task);
    render(task);
    if (!task.failure) return tries + 1;
    note(task, tries + 1);
  }
  return kMostSubstitutes;
}

std::optional<Error> JobRunner::settle(Task& task) {
  task.failures.clear();
  if (!task.failure) return std::nullopt;
  FailedSample first = *task.failure;
  note(task, 0);
  if (options_.on_error == OnError::substitute) {
    const int tries = try_substitutes(task);
    if (!task.failure) return std::nullopt;
    first.reason += "; " + (tries == 0 ? std::string("there is no image to use instead")
                                       : std::to_string(tries) + " substitutes failed too");
  }
  clear_slots(task);
  if (options_.on_error == OnError::skip) return std::nullopt;
  return Error(Origin::data, first.reason, first.name);
}

}  // namespace vggflow
