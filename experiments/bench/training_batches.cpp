#include "experiments/bench/training_batches.h"

#include <algorithm>

#include "base/error.h"
#include "base/rng.h"
#include "experiments/run/machine.h"
#include "pipeline/flow.h"

namespace vggflow {
namespace {

ColourAffine normalisation(const Preprocessing& how) {
  ColourAffine map;
  for (std::size_t c = 0; c < kChannels; ++c) {
    map.m[4 * c + c] = static_cast<float>(1 / how.divisor[c]);
    map.m[4 * c + 3] = static_cast<float>(-how.mean[c] / how.divisor[c]);
  }
  return map;
}

class NoiseBatches : public TrainingBatches {
 public:
  explicit NoiseBatches(const Spec& spec) {
    batch_.reset({part_of_batch(*spec.train), spec.net.input});
    Rng rng(spec.seed, "noise", 0, 0);
    for (std::uint8_t& level : batch_.pixels) level = static_cast<std::uint8_t>(rng.bits());
    const auto labels = static_cast<std::uint32_t>(classes(spec.net));
    for (auto& label : batch_.labels) label = static_cast<std::int32_t>(rng.below(labels));
    std::ranges::fill(batch_.colour, normalisation(spec.preprocessing));
    std::ranges::fill(batch_.weights, 1.0F);
  }
  const Batch& next() override { return batch_; }

 private:
  Batch batch_;
};

class FlowBatches : public TrainingBatches {
 public:
  FlowBatches(const Spec& spec, const std::filesystem::path& data,
              const std::filesystem::path& cache)
      : dataset_(open_dataset(Params(spec.train_data, "data.train"), data, cache)),
        flow_(*dataset_, spec.stages,
              plan_training(dataset_->size(), {.seed = spec.seed,
                                               .batch = spec.train->batch,
                                               .image = spec.net.input,
                                               .parts = spec.train->accumulate}),
              flow_options(spec)) {}

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
                                              const std::filesystem::path& cache) {
  return std::make_unique<FlowBatches>(spec, data, cache);
}

}  // namespace vggflow
