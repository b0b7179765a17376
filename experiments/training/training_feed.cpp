#include "experiments/training/training_feed.h"

#include <numeric>

#include "base/error.h"
#include "experiments/run/failed_images.h"
#include "experiments/run/machine.h"
#include "experiments/training/stopwatch.h"

namespace vggflow {
namespace {

FlowOptions options_of(const Spec& spec, const FeedPart& part) {
  FlowOptions options = feeding_options(spec);
  options.failed_before = part.failed;
  warn_as_they_fail(options, "left out");
  return options;
}

}  // namespace

TrainingFeed::TrainingFeed(const Spec& spec, const Dataset& dataset, Communicator& communicator,
                           const FeedPart& part)
    : how_(*spec.train),
      communicator_(communicator),
      iteration_(part.first),
      flow_(dataset, spec.stages,
            plan_training(dataset.size(), {.seed = spec.seed,
                                           .batch = how_.batch,
                                           .image = spec.net.input,
                                           .shard = {communicator.rank(), communicator.size()},
                                           .parts = how_.accumulate,
                                           .first_batch = part.first,
                                           .batches = part.end}),
            options_of(spec, part)) {}

IterationBatch TrainingFeed::next() {
  IterationBatch batch;
  const auto asked = Stopwatch::Clock::now();
  for (int part = 0; part < how_.accumulate; ++part) {
    batch.parts.push_back(flow_.next());
    const auto& weights = batch.parts.back()->weights;
    batch.weight_sum = std::accumulate(weights.begin(), weights.end(), batch.weight_sum);
  }
  batch.waited_s = Stopwatch::seconds_since(asked);
  communicator_.sum({&batch.weight_sum, 1});
  ++iteration_;
  if (batch.weight_sum > 0) return batch;
  const FailedSample one = flow_.failures().front();
  throw Error(Origin::data, "every image of the batch of iteration " + std::to_string(iteration_) +
                                " failed; one of them: " + one.name + ": " + one.reason);
}

FlowFigures TrainingFeed::figures() const {
  FlowFigures figures{.flow = flow_.statistics()};
  figures.images_per_s = static_cast<double>(figures.flow.batches) * how_.batch / how_.accumulate /
                         figures.flow.elapsed_s;
  return figures;
}

}  // namespace vggflow
