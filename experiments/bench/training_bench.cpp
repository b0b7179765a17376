#include "experiments/bench/training_bench.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "experiments/bench/peak_memory.h"
#include "experiments/bench/training_batches.h"
#include "experiments/run/machine.h"
#include "nets/bare.h"

namespace vggflow {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

const TrainSpec& train_of(const Spec& spec) {
  if (spec.train) return *spec.train;
  throw Error(Origin::spec, "train: is missing; it says what is to be timed",
              spec.resolved.place());
}

std::optional<double> median_of(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return spread_of(values).median;
}

/// What a layer took in each round, a step.
struct LayerRounds {
  std::string layer;
  std::vector<double> forward_ms = {}, backward_ms = {};
  std::vector<double> bare_forward_ms = {}, bare_backward_ms = {};
  double gflop = 0;

  [[nodiscard]] LayerFigures figures() const {
    return {layer,
            median_of(forward_ms),
            median_of(backward_ms),
            median_of(bare_forward_ms),
            median_of(bare_backward_ms),
            gflop};
  }
};

/// In the order in which they are first named.
class Layers {
 public:
  LayerRounds& at(const std::string& name) {
    const auto known = std::ranges::find(layers_, name, &LayerRounds::layer);
    return known != layers_.end() ? *known : layers_.emplace_back(LayerRounds{.layer = name});
  }
  [[nodiscard]] std::vector<LayerFigures> figures() const {
    std::vector<LayerFigures> all;
    for (const LayerRounds& layer : layers_) all.push_back(layer.figures());
    return all;
  }

 private:
  std::vector<LayerRounds> layers_;
};

// To tell the layers' times costs two readings of the clock a layer: they are those of the very
// steps that are timed.
EngineOptions timed_training(const Spec& spec, bool note_spans) {
  EngineOptions options = training_options(spec);
  options.time_layers = true;
  options.note_spans = note_spans;
  return options;
}

class Bench {
 public:
  Bench(const Spec& spec, const TrainingBenchOptions& options)
      : spec_(spec),
        how_(train_of(spec)),
        options_(options),
        batches_(options.synthetic
                     ? noise_batches(spec)
                     : flow_batches(spec, options.data, options.cache, options.spans)),
        engine_(make_engine(engine_name(spec), spec.net,
                            timed_training(spec, options.spans != nullptr))) {
    engine_->load(initial_parameters(spec.net, spec.init.random, spec.seed));
  }

  TrainingBench run() {
    for (int round = 0; round < options_.rounds; ++round) {
      const double images_per_s = train_round();
      if (round == 0) look_at_memory();
      rates_.push_back(images_per_s);
      if (!options_.synthetic) noise_rates_.push_back(noise_round());
      bare_rates_.push_back(bare_round());
    }
    return figures();
  }

 private:
  struct Elapsed {
    double all_s = 0;
    double waited_s = 0;
  };

  /// With a span of this thread's row.
  template <class Work>
  decltype(auto) noted(std::string_view what, Work&& work) {
    const SpanScope span(options_.spans.get(), "training", what);
    return work();
  }

  [[nodiscard]] double images() const { return static_cast<double>(options_.steps) * how_.batch; }
  [[nodiscard]] double ms_of_step(double round_s) const { return 1e3 * round_s / options_.steps; }

  /// Seconds waited for batches.
  double step(TrainingBatches& batches) {
    double waited_s = 0;
    for (int part = 0; part < how_.accumulate; ++part) {
      const auto asked = Clock::now();
      const Batch& batch = noted("wait", [&]() -> const Batch& { return batches.next(); });
      waited_s += seconds_since(asked);
      noted("accumulate", [&] {
        engine_->accumulate(batch, {iteration_, position_, static_cast<double>(how_.batch)});
      });
      position_ += static_cast<std::uint64_t>(batch.shape.slots);
    }
    noted("update", [&] { engine_->update(how_.sgd); });
    noted("poll", [&] {
      while (const auto result = engine_->poll()) loss_ = result->loss;
    });
    ++iteration_;
    return waited_s;
  }

  /// Of every round: what the pipeline made ahead while others were timed is used up by then.
  [[nodiscard]] int untimed_steps() const {
    return options_.synthetic ? 1 : std::max(1, spec_.feed.prefetch - 1);
  }

  /// Every round begins with steps that are not timed, after which each step finds what a long
  /// training would: caches of its own, and a pipeline that makes a batch for each that is taken.
  Elapsed steps(TrainingBatches& batches, int untimed) {
    for (int n = 0; n < untimed; ++n) static_cast<void>(step(batches));
    engine_->settle();
    static_cast<void>(engine_->layer_times());
    Elapsed elapsed;
    const auto start = Clock::now();
    for (int n = 0; n < options_.steps; ++n) elapsed.waited_s += step(batches);
    engine_->settle();
    elapsed.all_s = seconds_since(start);
    if (options_.spans) options_.spans->add(engine_->take_spans());
    return elapsed;
  }

  double train_round() {
    const SpanScope span(options_.spans.get(), "rounds",
                         options_.synthetic ? "synthetic" : "fed by the pipeline");
    const Elapsed elapsed = steps(*batches_, untimed_steps());
    for (const LayerTimes& times : engine_->layer_times()) {
      LayerRounds& layer = layers_.at(times.layer);
      layer.forward_ms.push_back(ms_of_step(times.forward_s));
      layer.backward_ms.push_back(ms_of_step(times.backward_s));
    }
    elapsed_.all_s += elapsed.all_s;
    elapsed_.waited_s += elapsed.waited_s;
    step_ms_.push_back(ms_of_step(elapsed.all_s));
    return images() / elapsed.all_s;
  }

  double noise_round() {
    const SpanScope span(options_.spans.get(), "rounds", "synthetic");
    return images() / steps(*noise_, 1).all_s;
  }

  double bare_round() {
    const SpanScope span(options_.spans.get(), "rounds", "bare primitives");
    bare_->run();
    struct Sums {
      double forward_s = 0;
      double backward_s = 0;  // of weights and data
    };
    std::vector<Sums> sums(bare_->products().size());
    const int passes = options_.steps * how_.accumulate;
    double round_s = 0;
    for (int pass = 0; pass < passes; ++pass) {
      const std::vector<BareTimes> times = bare_->run();
      for (std::size_t i = 0; i < sums.size(); ++i) {
        const double backward_s = times[i].backward_weights_s + times[i].backward_data_s;
        sums[i].forward_s += times[i].forward_s;
        sums[i].backward_s += backward_s;
        round_s += times[i].forward_s + backward_s;
      }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      LayerRounds& layer = layers_.at(bare_->products()[i].layer);
      layer.bare_forward_ms.push_back(ms_of_step(sums[i].forward_s));
      layer.bare_backward_ms.push_back(ms_of_step(sums[i].backward_s));
    }
    return images() / round_s;
  }

  /// The peak can only rise: it is read before the baselines are made.
  void look_at_memory() {
    seen_.peak_rss_bytes = peak_rss_bytes();
    seen_.memory = engine_->memory();
    if (!options_.synthetic) noise_ = noise_batches(spec_);
    bare_ = bare_training(spec_.net, part_of_batch(how_), spec_.compute.threads);
    for (const BareProduct& product : bare_->products()) {
      const auto flops = static_cast<double>(product.forward_flops + product.backward_flops);
      layers_.at(product.layer).gflop = 1e-9 * flops * how_.accumulate;
      seen_.gflop += 1e-9 * flops * how_.accumulate;
    }
  }

  [[nodiscard]] Spread ratio_to(const std::vector<double>& others) const {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < rates_.size(); ++i) ratios.push_back(rates_[i] / others[i]);
    return spread_of(ratios);
  }

  TrainingBench figures() {
    seen_.net = spec_.net.name;
    seen_.parameters = parameter_count(spec_.net);
    seen_.engine = engine_->description();
    seen_.device = processor();
    seen_.threads = spec_.compute.threads > 0 ? spec_.compute.threads : hardware_threads();
    seen_.image = spec_.net.input;
    seen_.batch = how_.batch;
    seen_.accumulate = how_.accumulate;
    seen_.synthetic = options_.synthetic;
    seen_.rounds = options_.rounds;
    seen_.steps = options_.steps;
    seen_.images_per_s = spread_of(rates_);
    seen_.step_ms = spread_of(step_ms_);
    seen_.bare_images_per_s = spread_of(bare_rates_);
    seen_.ratio = ratio_to(bare_rates_);
    if (!options_.synthetic) {
      seen_.synthetic_images_per_s = spread_of(noise_rates_);
      seen_.ratio_to_synthetic = ratio_to(noise_rates_);
    }
    seen_.wait_share = elapsed_.waited_s / elapsed_.all_s;
    seen_.loss = loss_;
    seen_.layers = layers_.figures();
    seen_.failed = batches_->failed();
    return std::move(seen_);
  }

  const Spec& spec_;
  const TrainSpec& how_;
  const TrainingBenchOptions& options_;
  std::unique_ptr<TrainingBatches> batches_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<TrainingBatches> noise_;  // beside a pipeline
  std::unique_ptr<BareProducts> bare_;
  std::uint64_t iteration_ = 0;
  std::uint64_t position_ = 0;
  double loss_ = 0;
  Elapsed elapsed_;
  Layers layers_;
  std::vector<double> rates_, step_ms_, noise_rates_, bare_rates_;
  TrainingBench seen_;
};

}  // namespace

TrainingBench bench_training(const Spec& spec, const TrainingBenchOptions& options) {
  return Bench(spec, options).run();
}

}  // namespace vggflow
