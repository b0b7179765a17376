#include "experiments/bench/scoring_bench.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/error.h"
#include "experiments/bench/noise_batch.h"
#include "experiments/bench/peak_memory.h"
#include "experiments/bench/synthetic_pictures.h"
#include "experiments/bench/watched_engine.h"
#include "experiments/evaluation/evaluator.h"
#include "experiments/run/machine.h"
#include "experiments/run/sources.h"
#include "nets/bare.h"
#include "pipeline/dataset/subset.h"

namespace vggflow {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = ViewsSpec::Kind;

constexpr ViewsSpec kDense{.kind = Kind::dense, .mirror = true};
constexpr ViewsSpec kCrops{.kind = Kind::grid, .grid = 5, .mirror = true};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The spec's first dense evaluation, at the scales that are asked for.
EvaluationSpec dense_evaluation(const Spec& spec, const std::vector<int>& scales) {
  const auto found = std::ranges::find_if(spec.evaluations, [](const EvaluationSpec& evaluation) {
    return evaluation.combine.empty() && evaluation.views.kind == Kind::dense;
  });
  const bool known = found != spec.evaluations.end();
  if (!known && scales.empty()) {
    throw Error(Origin::spec,
                "evaluate: has no dense evaluation, whose scales are timed unless --scales says "
                "which",
                spec.resolved.place());
  }
  EvaluationSpec evaluation = known ? *found : EvaluationSpec{};
  if (!scales.empty()) evaluation.scales = scales;
  evaluation.keep_views = false;
  const int least = std::max(least_input_side(spec.net), spec.net.input.short_side());
  for (const int scale : evaluation.scales) {
    if (scale >= least) continue;
    throw Error(Origin::usage, "scales: Q is " + std::to_string(scale) +
                                   "; allowed where crops are cut as well: at least " +
                                   std::to_string(least) + ", the crop");
  }
  return evaluation;
}

std::unique_ptr<Dataset> open_pictures(const Spec& spec, const ScoringBenchOptions& options,
                                       std::uint64_t images) {
  if (options.synthetic) return synthetic_pictures(images);
  return std::make_unique<Subset>(open_scoring_data(spec, options.data, options.cache), images);
}

/// One way of scoring some images.
struct Work {
  EvaluationSpec evaluation;
  std::unique_ptr<Dataset> images;
  std::vector<float> scores = {};  // of the first pass: all others must have the same
};

Work work_of(const Spec& spec, const ScoringBenchOptions& options, const std::string& name,
             const ViewsSpec& views, std::uint64_t images) {
  Work work{dense_evaluation(spec, options.scales), open_pictures(spec, options, images)};
  work.evaluation.name = name;
  work.evaluation.views = views;
  return work;
}

struct Pass {
  double all_s = 0;
  double scored_s = 0;  // within the engine
  double images = 0;    // that did not fail
  std::vector<ScoredBatch> batches;
  [[nodiscard]] double images_per_s() const { return images / all_s; }
};

std::unique_ptr<Engine> random_engine(const Spec& spec, Aggregate aggregate) {
  auto engine = make_engine(engine_name(spec), spec.net, scoring_options(spec, aggregate));
  engine->load(initial_parameters(spec.net, spec.init.random, spec.seed));
  return engine;
}

class Bench {
 public:
  Bench(const Spec& spec, const ScoringBenchOptions& options)
      : spec_(spec),
        options_(options),
        dense_(work_of(spec, options, "dense", kDense, options.images)),
        crops_(work_of(spec, options, "crops", kCrops, options.crop_images)),
        engine_(random_engine(spec, dense_.evaluation.aggregate)),
        plain_(noise_batch(spec, {dense_.evaluation.batch, spec.net.input})) {}

  ScoringBench run() {
    const Pass first = first_passes();
    for (int round = 0; round < options_.rounds; ++round) {
      const Pass dense = pass(dense_);
      const auto bare_s = bare_pass();
      note_dense(dense, bare_s);
      if (round == 0 && bare_s) seen_.new_shapes_share_of_bare = *bare_s / first.all_s;
      note_crops(pass(crops_), plain_pass());
    }
    return figures();
  }

 private:
  [[nodiscard]] std::size_t views(const Work& work) const {
    return work.evaluation.all_views(spec_.net.input.width).size();
  }

  Pass pass(Work& work) {
    static_cast<void>(engine_.take());
    const auto start = Clock::now();
    EvaluationResult result =
        evaluate(spec_, work.evaluation, *work.images, engine_, {.quiet = true});
    Pass pass{.all_s = seconds_since(start), .batches = engine_.take()};
    for (const ScoredBatch& batch : pass.batches) pass.scored_s += batch.seconds;
    pass.images = static_cast<double>(work.images->size() - result.failed.size());
    check(work, result);
    seen_.failed = std::move(result.failed);
    return pass;
  }

  // Failed rows are NaN, which equals nothing.
  static void check(Work& work, const EvaluationResult& result) {
    if (result.failed.size() == work.images->size()) {
      const FailedSample& one = result.failed.front();
      throw Error(Origin::data, "every image failed; one of them: " + one.name + ": " + one.reason);
    }
    if (work.scores.empty()) work.scores = result.scores;
    if (std::memcmp(work.scores.data(), result.scores.data(), work.scores.size() * sizeof(float)) !=
        0) {
      throw Error(Origin::engine,
                  work.evaluation.name + ": a pass had other scores than the first");
    }
  }

  /// Before them, a batch of a shape that none of theirs has: to put the weights in order is part
  /// of no pass.
  Pass first_passes() {
    Scores scores;
    const int side = dense_.evaluation.scales.front();
    engine_.score(noise_batch(spec_, {1, {side + kAside_px, side}}), scores);
    const Pass first = pass(dense_);
    seen_.new_shapes_images_per_s = first.images_per_s();
    for (const ScoredBatch& batch : first.batches) {
      ShapeRounds& rounds = shape(batch.shape);
      if (rounds.batches++ == 0) rounds.first_ms = 1e3 * batch.seconds;
    }
    static_cast<void>(pass(crops_));
    engine_.score(plain_, scores);
    seen_.peak_rss_bytes = peak_rss_bytes();
    return first;
  }

  /// Of all the batches of a dense pass, with one set of weights and activations at a time.
  std::optional<double> bare_pass() {
    if (computes_on_card(spec_)) return std::nullopt;
    double all_s = 0;
    for (ShapeRounds& rounds : shapes_) {
      const auto bare = bare_scoring(spec_.net, rounds.shape, spec_.compute.threads);
      if (!bare) return std::nullopt;
      static_cast<void>(bare->run());
      double shape_s = 0;
      for (int n = 0; n < rounds.batches; ++n) {
        for (const BareTimes& layer : bare->run()) shape_s += layer.forward_s;
      }
      rounds.bare_ms.push_back(1e3 * shape_s / rounds.batches);
      all_s += shape_s;
    }
    return all_s;
  }

  /// Slots a second: at least as many as the crops of a pass.
  double plain_pass() {
    const auto crops = static_cast<int>(views(crops_) * crops_.images->size());
    const int batches = (crops + plain_.shape.slots - 1) / plain_.shape.slots;
    Scores scores;
    const auto start = Clock::now();
    for (int n = 0; n < batches; ++n) engine_.score(plain_, scores);
    return static_cast<double>(batches) * plain_.shape.slots / seconds_since(start);
  }

  void note_dense(const Pass& pass, std::optional<double> bare_s) {
    dense_rates_.push_back(pass.images_per_s());
    if (bare_s) {
      bare_rates_.push_back(pass.images / *bare_s);
      shares_.push_back(*bare_s / pass.all_s);
    }
    dense_s_.all_s += pass.all_s;
    dense_s_.scored_s += pass.scored_s;
    for (ShapeRounds& rounds : shapes_) {
      double ms = 0;
      for (const ScoredBatch& batch : pass.batches) {
        if (batch.shape == rounds.shape) ms += 1e3 * batch.seconds;
      }
      rounds.scored_ms.push_back(ms / rounds.batches);
    }
  }

  void note_crops(const Pass& pass, double plain_rate) {
    const double rate = static_cast<double>(views(crops_)) * pass.images_per_s();
    crop_image_rates_.push_back(pass.images_per_s());
    crop_rates_.push_back(rate);
    plain_rates_.push_back(plain_rate);
    costs_.push_back(plain_rate / rate);
    both_rates_.push_back(1 / (1 / dense_rates_.back() + 1 / pass.images_per_s()));
  }

  struct ShapeRounds {
    BatchShape shape;
    int batches = 0;  // of a pass
    double first_ms = 0;
    std::vector<double> scored_ms = {}, bare_ms = {};
  };
  /// In the order in which they are first met.
  ShapeRounds& shape(const BatchShape& shape) {
    const auto known = std::ranges::find(shapes_, shape, &ShapeRounds::shape);
    return known != shapes_.end() ? *known : shapes_.emplace_back(ShapeRounds{.shape = shape});
  }

  ScoringBench figures() {
    seen_.net = spec_.net.name;
    seen_.parameters = parameter_count(spec_.net);
    seen_.engine = engine_.description();
    seen_.device = processor();
    seen_.threads = spec_.compute.threads > 0 ? spec_.compute.threads : hardware_threads();
    seen_.crop = spec_.net.input;
    seen_.scales = dense_.evaluation.scales;
    seen_.batch = dense_.evaluation.batch;
    seen_.synthetic = options_.synthetic;
    seen_.images = dense_.images->size();
    seen_.crop_images = crops_.images->size();
    seen_.crops = static_cast<int>(views(crops_));
    seen_.rounds = options_.rounds;
    seen_.dense_images_per_s = spread_of(dense_rates_);
    if (!shares_.empty()) {
      seen_.bare_images_per_s = spread_of(bare_rates_);
      seen_.dense_share_of_bare = spread_of(shares_);
    }
    seen_.dense_wait_share = 1 - dense_s_.scored_s / dense_s_.all_s;
    seen_.crop_images_per_s = spread_of(crop_image_rates_);
    seen_.crops_per_s = spread_of(crop_rates_);
    seen_.plain_forward_per_s = spread_of(plain_rates_);
    seen_.crops_cost = spread_of(costs_);
    seen_.both_images_per_s = spread_of(both_rates_);
    for (const ShapeRounds& rounds : shapes_) {
      seen_.shapes.push_back(
          {rounds.shape, rounds.batches, rounds.first_ms, spread_of(rounds.scored_ms).median, {}});
      if (!rounds.bare_ms.empty()) seen_.shapes.back().bare_ms = spread_of(rounds.bare_ms).median;
    }
    return std::move(seen_);
  }

  static constexpr int kAside_px = 32;

  const Spec& spec_;
  const ScoringBenchOptions& options_;
  Work dense_;
  Work crops_;
  WatchedEngine engine_;
  Batch plain_;
  std::vector<ShapeRounds> shapes_;
  std::vector<double> dense_rates_, bare_rates_, shares_;
  std::vector<double> crop_image_rates_, crop_rates_, plain_rates_, costs_, both_rates_;
  Pass dense_s_;  // of all rounds
  ScoringBench seen_;
};

}  // namespace

ScoringBench bench_scoring(const Spec& spec, const ScoringBenchOptions& options) {
  return Bench(spec, options).run();
}

}  // namespace vggflow
