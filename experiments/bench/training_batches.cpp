#include "experiments/bench/training_batches.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "experiments/bench/noise_batch.h"
#include "experiments/run/machine.h"
#include "pipeline/flow.h"

namespace vggflow {
namespace {

class NoiseBatches : public TrainingBatches {
 public:
  explicit NoiseBatches(const Spec& spec)
      : batch_(noise_batch(spec, {part_of_batch(*spec.train), spec.net.input})) {}
  const Batch& next() override { return batch_; }

 private:
  Batch batch_;
};

FlowOptions options_of(const Spec& spec, std::shared_ptr<SpanLog> spans) {
  FlowOptions options = feeding_options(spec);
  options.spans = std::move(spans);
  return options;
}

class FlowBatches : public TrainingBatches {
 public:
  FlowBatches(const Spec& spec, const std::filesystem::path& data,
              const std::filesystem::path& cache, std::shared_ptr<SpanLog> spans)
      : dataset_(open_dataset(Params(spec.train_data, "data.train"), data, cache)),
        flow_(*dataset_, spec.stages,
              plan_training(dataset_->size(), {.seed = spec.seed,
                                               .batch = spec.train->batch,
                                               .image = spec.net.input,
                                               .parts = spec.train->accumulate}),
              options_of(spec, std::move(spans))) {}

  const Batch& next() override {
    lease_.release();
    lease_ = flow_.next();
    if (std::ranges::none_of(lease_->weights, [](float weight) { return weight > 0; })) {
      const FailedSample one = flow_.failures().front();
      throw Error(Origin::data, "every image of batch " + std::to_string(lease_->index) +
                                    " failed; one of them: " + one.name + ": " + one.reason);
    }
    return *lease_;
  }
  std::vector<FailedSample> failed() const override { return flow_.failures(); }

 private:
  std::unique_ptr<Dataset> dataset_;
  Flow flow_;
  BatchLease lease_;
};

}  // namespace

int part_of_batch(const TrainSpec& train) { return train.batch / train.accumulate; }

std::unique_ptr<TrainingBatches> noise_batches(const Spec& spec) {
  return std::make_unique<NoiseBatches>(spec);
}

std::unique_ptr<TrainingBatches> flow_batches(const Spec& spec, const std::filesystem::path& data,
                                              const std::filesystem::path& cache,
                                              std::shared_ptr<SpanLog> spans) {
  return std::make_unique<FlowBatches>(spec, data, cache, std::move(spans));
}

}  // namespace vggflow
