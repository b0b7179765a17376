#include "nets/engine.h"

#include <omp.h>

#include <cmath>
#include <deque>
#include <limits>

#include "nets/batch_checks.h"
#include "nets/onednn/scoring_plan.h"
#include "nets/onednn/training_plan.h"
#include "nets/rate_multipliers.h"

namespace vggflow::onednn {
namespace {

/// The processor's engine: oneDNN primitives in f32, their layouts kept from the first convolution
/// to the last. Bit-equal from run to run on the same number of threads.
class OnednnEngine : public Engine {
 public:
  OnednnEngine(const Net& net, const EngineOptions& options)
      : net_(net),
        options_(options),
        classes_(vggflow::classes(net)),
        threads_(options.threads > 0 ? options.threads : omp_get_num_procs()),
        parameters_(device_, net_, learning_rates(net, options)),
        scoring_(device_, net_, parameters_) {
    const ThreadScope scope(threads_);
    if (options.batch > 0) {
      training_ = std::make_unique<TrainingPlan>(device_, net_, options_, parameters_, clock_);
      update_row_ = clock_.add("update");
    } else {
      parameters_.add_plain(net_);
    }
  }

  void load(const Parameters& parameters) override {
    const ThreadScope scope(threads_);
    check_parameters(parameters, net_, {});
    parameters_.load(parameters);
  }

  Parameters parameters() const override {
    const ThreadScope scope(threads_);
    return parameters_.gather(&Parameter::weights);
  }

  State state() const override {
    const ThreadScope scope(threads_);
    return {parameters_.gather(&Parameter::momenta)};
  }

  void restore(const State& state) override {
    const ThreadScope scope(threads_);
    check_parameters(state.momenta, net_, "momenta");
    parameters_.restore(state.momenta);
  }

  Parameters gradients() const override {
    const ThreadScope scope(threads_);
    return parameters_.gather(&Parameter::gradients);
  }

  void accumulate(const Batch& batch, const Step& step) override {
    const ThreadScope scope(threads_);
    check_training_batch(net_, options_, batch, step);
    sums_ += training_->run(batch, step);
    iteration_ = step.iteration;
  }

  void update(const Rates& rates) override {
    const ThreadScope scope(threads_);
    check_trains(options_);
    clock_.start();
    reduce();
    const bool finite = step(rates);
    clock_.backward(update_row_);
    results_.push_back(
        {iteration_, sums_.loss, sums_.top1_errors, sums_.top5_errors, sums_.weight_sum});
    // A ReLU and a pool make numbers of what is none: the loss alone does not tell.
    if (!finite || !std::isfinite(sums_.loss)) {
      results_.back().loss = std::numeric_limits<double>::quiet_NaN();
    }
    sums_ = {};
  }

  std::optional<StepResult> poll() override {
    if (results_.empty()) return std::nullopt;
    const StepResult oldest = results_.front();
    results_.pop_front();
    return oldest;
  }

  void score(const Batch& batch, Scores& scores) override {
    const ThreadScope scope(threads_);
    check_scoring_batch(net_, batch);
    scores.slots = batch.shape.slots;
    scores.classes = classes_;
    scores.values.resize(static_cast<std::size_t>(scores.slots) *
                         static_cast<std::size_t>(classes_));
    scoring_.score(batch, options_.aggregate, scores);
  }

  std::vector<MemoryItem> memory() const override {
    auto items = device_.memory();
    const auto add = [&](const char* what, std::size_t bytes) {
      if (bytes > 0) items.push_back({what, bytes});
    };
    add("second layouts", parameters_.copied_bytes());
    if (training_) add("accumulation spare", training_->spare_bytes());
    return items;
  }

  std::vector<LayerTimes> layer_times() override { return clock_.take(); }

  std::string description() const override {
    const auto* version = dnnl::version();
    return "onednn " + std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
           std::to_string(version->patch) + ", " + std::to_string(threads_) + " threads";
  }

 private:
  // Which accumulate() is an iteration's last is known only here, so the sums start here and not in
  // the backward pass; they go layer by layer, last layer first, and overlap each other.
  void reduce() {
    Communicator& all = *options_.communicator;
    if (all.size() == 1) return;
    const auto& layers = parameters_.layers();
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
      if (!(*layer)->weight.learns()) continue;
      all.start_sum((*layer)->weight.gradient_values());
      all.start_sum((*layer)->bias.gradient_values());
    }
    double figures[] = {sums_.loss, sums_.top1_errors, sums_.top5_errors, sums_.weight_sum};
    all.wait();
    all.sum(figures);
    sums_ = {figures[0], figures[1], figures[2], figures[3]};
  }

  // False where a weight is no longer finite: in all processes alike, for they make the same step.
  bool step(const Rates& rates) {
    bool finite = true;
    for (const auto& layer : parameters_.layers()) {
      finite = layer->weight.update(rates) && finite;
      finite = layer->bias.update(rates) && finite;
    }
    return finite;
  }

  Net net_;
  EngineOptions options_;
  int classes_;
  int threads_;
  Device device_;
  LayerClock clock_{options_.time_layers};
  std::size_t update_row_ = 0;
  ParameterStore parameters_;
  std::unique_ptr<TrainingPlan> training_;
  ScoringPlans scoring_;
  LossSums sums_;
  std::uint64_t iteration_ = 0;
  std::deque<StepResult> results_;
};

const EngineRegistration kRegistered{
    {"onednn", "oneDNN on the processor, f32: training and dense scoring",
     [](const Net& net, const EngineOptions& options) -> std::unique_ptr<Engine> {
       return std::make_unique<OnednnEngine>(net, options);
     }}};

}  // namespace
}  // namespace vggflow::onednn
