#include "experiments/training/training_feed.h"

#include <numeric>

#include "base/error.h"
#include "experiments/run/failed_images.h"
#include "experiments/run/machine.h"
#include "experiments/training/failures_of_all.h"
#include "experiments/training/stopwatch.h"

namespace vggflow {
namespace {

/// What this process's flow cannot know, how many have failed in all, the feed counts itself.
FlowOptions options_of(const Spec& spec) {
  FlowOptions options = feeding_options(spec);
  options.max_errors.reset();
  return options;
}

}  // namespace

TrainingFeed::TrainingFeed(const Spec& spec, const Dataset& dataset, Communicator& communicator,
                           const FeedPart& part)
    : how_(*spec.train),
      communicator_(communicator),
      iteration_(part.first),
      limit_(spec.feed.max_errors, part.failed),
      flow_(dataset, spec.stages,
            plan_training(dataset.size(), {.seed = spec.seed,
                                           .batch = how_.batch,
                                           .image = spec.net.input,
                                           .shard = {communicator.rank(), communicator.size()},
                                           .parts = how_.accumulate,
                                           .first_batch = part.first,
                                           .batches = part.end}),
            options_of(spec)) {}

IterationBatch TrainingFeed::next() {
  IterationBatch batch;
  std::vector<FailedSample> failures;
  const auto asked = Stopwatch::Clock::now();
  for (int part = 0; part < how_.accumulate; ++part) {
    batch.parts.push_back(flow_.next());
    const auto& failed = batch.parts.back().failures();
    failures.insert(failures.end(), failed.begin(), failed.end());
    const auto& weights = batch.parts.back()->weights;
    batch.weight_sum = std::accumulate(weights.begin(), weights.end(), batch.weight_sum);
  }
  batch.waited_s = Stopwatch::seconds_since(asked);
  double figures[] = {batch.weight_sum, static_cast<double>(failures.size())};
  communicator_.sum(figures);
  batch.weight_sum = figures[0];
  if (figures[1] > 0) take_in(failures_of_all(communicator_, failures));
  ++iteration_;
  if (batch.weight_sum > 0) return batch;
  const FailedSample& one = failed_.front();
  throw Error(Origin::data, "every image of the batch of iteration " + std::to_string(iteration_) +
                                " failed; one of them: " + one.name + ": " + one.reason);
}

void TrainingFeed::take_in(const std::vector<FailedSample>& failures) {
  for (const FailedSample& one : failures) {
    if (!failed_ids_.insert(one.id).second) continue;
    warn_of_failed("left out", one);
    failed_.push_back(one);
  }
  if (const auto over = limit_.add(failures)) throw Error(*over);
}

FlowFigures TrainingFeed::figures() const {
  FlowFigures figures{.flow = flow_.statistics()};
  figures.images_per_s = static_cast<double>(figures.flow.batches) * how_.batch / how_.accumulate /
                         figures.flow.elapsed_s;
  return figures;
}

}  // namespace vggflow
