#include "nets/engine.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/cuda/batch_upload.h"
#include "base/cuda/device.h"
#include "base/cuda/nvtx.h"
#include "base/error.h"
#include "nets/batch_checks.h"
#include "nets/comm/nccl.h"
#include "nets/cudnn/device_parameters.h"
#include "nets/cudnn/kernels/store.h"
#include "nets/cudnn/plan_cache.h"
#include "nets/cudnn/results.h"
#include "nets/cudnn/scoring_plan.h"
#include "nets/cudnn/stream_spans.h"
#include "nets/cudnn/training_plan.h"
#include "nets/rate_multipliers.h"

namespace vggflow::cudnn {
namespace {

constexpr int kUploads = 2;  // one is computed on, one is on its way

ComputeChoices choices_of(const CardOptions& card) {
  return {.precision = card.precision,
          .deterministic = card.deterministic,
          .workspace = card.workspace};
}

/// One NVIDIA card: activations in bf16 or f32, channels last; weights, momenta, gradients and loss
/// in f32. A step is started and not waited for.
class CudnnEngine : public Engine {
 public:
  CudnnEngine(const Net& net, const EngineOptions& options)
      : net_(net),
        options_(options),
        classes_(vggflow::classes(net)),
        info_(chosen(options)),
        cache_(options.card.plans, info_.name, Cudnn::version()),
        parameters_(net_, options.card.precision, learning_rates(net, options), card_.stream),
        scoring_(card_, net_, parameters_, choices_of(options.card), cache_) {
    if (options.batch == 0) return;
    connect();
    training_ = std::make_unique<TrainingPlan>(card_, net_, options_, learning_rates(net, options),
                                               parameters_, cache_);
    scoring_.borrow(training_->arena(), training_->workspace());
    cuda::fill_zero(rates_.data(), rates_.bytes(), card_.stream);
    cuda::fill_zero(not_finite_.data(), not_finite_.bytes(), card_.stream);
  }

  ~CudnnEngine() override { static_cast<void>(cudaStreamSynchronize(card_.stream.get())); }

  void load(const Parameters& parameters) override {
    check_parameters(parameters, net_, {});
    parameters_.load(parameters);
  }
  Parameters parameters() const override { return parameters_.weights(); }
  State state() const override { return {parameters_.momenta()}; }
  void restore(const State& state) override {
    check_parameters(state.momenta, net_, "momenta");
    parameters_.restore(state.momenta);
  }

  Parameters gradients() const override {
    return fresh_ ? zero_parameters(net_) : parameters_.gradients();
  }

  void accumulate(const Batch& batch, const Step& step) override {
    const cuda::NvtxRange range("accumulate");
    check_training_batch(net_, options_, batch, step);
    spans_.begin("input");
    training_->take_in(*on_card(batch));
    spans_.end();
    spans_.begin("forward and backward");
    training_->run(step, !fresh_);
    spans_.end();
    fresh_ = false;
    iteration_ = step.iteration;
  }

  void update(const Rates& rates) override {
    const cuda::NvtxRange range("update");
    check_trains(options_);
    spans_.begin("update");
    if (fresh_) parameters_.clear_gradients();
    store(DeviceRates{static_cast<float>(rates.rate), static_cast<float>(rates.momentum),
                      static_cast<float>(rates.decay)},
          rates_.as<DeviceRates>(), card_.stream);
    parameters_.update(rates_.as<DeviceRates>(), not_finite_.as<int>());
    spans_.end();
    results_->take(iteration_, training_->sums(), not_finite_.as<int>(), card_.stream);
    fresh_ = true;
  }

  std::optional<StepResult> poll() override { return results_ ? results_->poll() : std::nullopt; }
  void settle() override {
    if (results_) results_->settle();
  }

  void score(const Batch& batch, Scores& scores) override {
    check_scoring_batch(net_, batch);
    scores.slots = batch.shape.slots;
    scores.classes = classes_;
    scores.values.resize(static_cast<std::size_t>(scores.slots) *
                         static_cast<std::size_t>(classes_));
    const float* posteriors = scoring_.score(batch.shape, *on_card(batch), options_.aggregate);
    cuda::copy(scores.values.data(), posteriors, scores.values.size() * sizeof(float),
               card_.stream);
    card_.stream.synchronize();
  }

  std::vector<MemoryItem> memory() const override {
    auto items = parameters_.memory();
    if (training_) {
      for (MemoryItem& item : training_->memory()) items.push_back(std::move(item));
    }
    items.push_back({"scoring", scoring_.bytes()});
    std::erase_if(items, [](const MemoryItem& item) { return item.bytes == 0; });
    return items;
  }

  std::vector<LayerTimes> layer_times() override {
    return training_ ? training_->layer_times() : std::vector<LayerTimes>();
  }
  std::vector<TimedSpan> take_spans() override { return spans_.take(); }

  std::string description() const override {
    return "cudnn " + to_string(options_.card.precision) +
           (options_.card.deterministic ? " deterministic" : "") + ", " + Cudnn::version() + ", " +
           CublasLt::version() + ", " + cuda::versions() + ", " + info_.text();
  }

 private:
  // Before anything else of this engine touches the card.
  static cuda::DeviceInfo chosen(const EngineOptions& options) {
    const Communicator& all = *options.communicator;
    const int device = all.size() > 1 ? card_of(all) : options.card.device;
    cuda::use_device(device);
    return cuda::device_info(device);
  }

  void connect() {
    if (options_.communicator->size() > 1) {
      options_.communicator = with_nccl(options_.communicator);
    }
    results_.emplace(options_.communicator);
  }

  std::shared_ptr<const cuda::DeviceBatch> on_card(const Batch& batch) {
    return batch.device ? batch.device : upload_.start(batch);
  }

  Net net_;
  EngineOptions options_;
  int classes_;
  cuda::DeviceInfo info_;
  Card card_;
  StreamSpans spans_{options_.note_spans, card_.stream};
  PlanCache cache_;
  DeviceParameters parameters_;
  std::unique_ptr<TrainingPlan> training_;
  ScoringPlans scoring_;
  cuda::BatchUpload upload_{kUploads};
  cuda::DeviceMemory rates_{sizeof(DeviceRates), "the learning rate"};
  cuda::DeviceMemory not_finite_{sizeof(int), "the check of weights"};
  std::optional<Results> results_;  // of an engine that trains
  std::uint64_t iteration_ = 0;
  bool fresh_ = true;  // no gradients since the last update
};

const EngineRegistration kRegistered{
    {"cudnn", "cuDNN on an NVIDIA card, bf16, TF32 or f32: training and dense scoring",
     [](const Net& net, const EngineOptions& options) -> std::unique_ptr<Engine> {
       return std::make_unique<CudnnEngine>(net, options);
     },
     [] { return cuda::why_unusable(); }}};

}  // namespace
}  // namespace vggflow::cudnn
