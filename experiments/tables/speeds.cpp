#include "experiments/tables/speeds.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "experiments/bench/noise_batch.h"
#include "experiments/run/machine.h"

namespace vggflow {
namespace {

using Clock = std::chrono::steady_clock;

/// A measured call: a second or two of a processor, whatever the net.
constexpr double kCallFlops = 1e11;
/// It is repeated for so long, after one that is not timed.
constexpr double kMeasured_s = 0.3;
constexpr double kAspect = 4.0 / 3;
/// Forward and backward, by data and by weights.
constexpr double kTrainingPasses = 3;

template <class Call>
double seconds_of(Call call) {
  call();
  int calls = 0;
  const auto start = Clock::now();
  double elapsed_s = 0;
  while (elapsed_s < kMeasured_s) {
    call();
    ++calls;
    elapsed_s = std::chrono::duration<double>(Clock::now() - start).count();
  }
  return elapsed_s / calls;
}

/// As many slots as a call may take, at least one, at most `wanted`.
int slots_for(double slot_flops, int wanted) {
  return std::clamp(static_cast<int>(kCallFlops / slot_flops), 1, wanted);
}

/// What decides how fast a net is.
std::string key_of(const Spec& spec) {
  const Value* net = spec.resolved.find("net");
  return (net != nullptr ? to_yaml(*net) : spec.net.name) + engine_name(spec) +
         std::to_string(spec.compute.threads);
}

// Weights of zero: their values do not matter to dense products, and drawing them takes seconds.
double measured_iteration_s(const Spec& spec) {
  EngineOptions options = training_options(spec);
  const int part = options.batch;
  options.batch = slots_for(kTrainingPasses * static_cast<double>(forward_flops(spec.net)), part);
  const auto engine = make_engine(engine_name(spec), spec.net, options);
  engine->load(zero_parameters(spec.net));
  const Batch batch = noise_batch(spec, {options.batch, spec.net.input});
  const Step step{.weight_sum = static_cast<double>(spec.train->batch)};
  const double part_s = seconds_of([&] { engine->accumulate(batch, step); });
  const double update_s = seconds_of([&] {
    engine->update({.rate = 0, .momentum = spec.train->sgd.momentum, .decay = 0});
    engine->settle();
    while (engine->poll()) continue;
  });
  return spec.train->accumulate * part_s * part / options.batch + update_s;
}

/// One picture of that size, or one crop.
double measured_slot_s(const Spec& spec, Size size, int most_slots) {
  const double area = static_cast<double>(size.area()) / static_cast<double>(spec.net.input.area());
  const int slots = slots_for(static_cast<double>(forward_flops(spec.net)) * area, most_slots);
  const auto engine =
      make_engine(engine_name(spec), spec.net, scoring_options(spec, Aggregate::scores));
  engine->load(zero_parameters(spec.net));
  const Batch batch = noise_batch(spec, {slots, size});
  Scores scores;
  return seconds_of([&] { engine->score(batch, scores); }) / slots;
}

Size size_of(const View& view) {
  if (view.kind != View::Kind::whole) return {view.crop, view.crop};
  return {static_cast<int>(std::lround(view.short_side * kAspect)), view.short_side};
}

}  // namespace

double Speeds::iteration_s(const Spec& spec) {
  const TrainSpec& train = *spec.train;
  std::string key =
      key_of(spec) + " " + std::to_string(train.batch) + " " + std::to_string(train.accumulate);
  for (const auto& [layer, factor] : train.multipliers) {
    if (factor == 0) key += " " + layer;
  }
  const auto known = iterations_s_.find(key);
  if (known != iterations_s_.end()) return known->second;
  return iterations_s_[key] = measured_iteration_s(spec);
}

double Speeds::image_s(const Spec& spec, const EvaluationSpec& evaluation) {
  double all_s = 0;
  for (const View& view : evaluation.all_views(spec.net.input.width)) {
    const Size size = size_of(view);
    const std::string key =
        key_of(spec) + " " + to_string(size) + " " + std::to_string(evaluation.batch);
    auto known = slots_s_.find(key);
    if (known == slots_s_.end()) {
      known = slots_s_.emplace(key, measured_slot_s(spec, size, evaluation.batch)).first;
    }
    all_s += known->second;
  }
  return all_s;
}

}  // namespace vggflow
