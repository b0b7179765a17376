#include <algorithm>
#include <functional>

#include "experiments/spec/sections.h"

namespace vggflow {
namespace {

/// Exactly one of the two keys gives the unit; whichever it is, is returned.
std::string_view unit_of(const Params& map) {
  const bool iterations = map.has("iterations");
  const bool epochs = map.has("epochs");
  if (iterations && epochs) map.fail("epochs", "is given beside iterations; allowed: one of them");
  if (!iterations && !epochs) map.fail("iterations", "is missing; allowed: iterations or epochs");
  return epochs ? "epochs" : "iterations";
}

/// A part of an epoch is possible, a part of an iteration is not.
Length read_length(Params& map) {
  const auto unit = unit_of(map);
  static_cast<void>(map.value("iterations"));  // both are known keys, whichever is used
  static_cast<void>(map.value("epochs"));
  if (unit == "epochs") return {map.number({.key = unit, .min = 1e-6, .max = 1e6}), true};
  return {static_cast<double>(map.integer({.key = unit, .min = 1, .max = 1e12})), false};
}

ScheduleSpec read_steps(Params steps) {
  const auto unit = unit_of(steps);
  ScheduleSpec schedule;
  schedule.kind = ScheduleSpec::Kind::step;
  std::vector<double> at;
  if (unit == "epochs") {
    at = steps.numbers({.key = unit, .min = 1e-6, .max = 1e6});
  } else {
    for (const auto count : steps.integers({.key = unit, .min = 1, .max = 1e12})) {
      at.push_back(static_cast<double>(count));
    }
  }
  if (std::ranges::adjacent_find(at, std::greater_equal{}) != at.end()) {
    steps.fail(unit, "the drops are not in rising order");
  }
  for (const double count : at) schedule.at.push_back({count, unit == "epochs"});
  schedule.factor = steps.number({.key = "factor", .fallback = "0.1", .min = 1e-12, .max = 1});
  steps.finish();
  return schedule;
}

ScheduleSpec read_schedule(Params& train) {
  const Value* schedule = train.value("schedule");
  if (schedule == nullptr || schedule->kind == Value::Kind::scalar) {
    static_cast<void>(
        train.choice({.key = "schedule", .fallback = "constant", .choices = "constant"}));
    return {};
  }
  Params kinds = train.map("schedule");
  if (!kinds.has("step")) {
    kinds.fail("step", "is missing; allowed: constant or {step: {epochs: [...], factor: 0.1}}");
  }
  ScheduleSpec read = read_steps(kinds.map("step"));
  kinds.finish();
  return read;
}

Rates read_sgd(Params sgd) {
  Rates rates;
  rates.rate = sgd.number({.key = "rate", .doc = "the learning rate", .min = 0, .max = 1e6});
  if (rates.rate == 0) sgd.fail("rate", "got '0'; allowed: a number > 0");
  rates.momentum = sgd.number({.key = "momentum", .fallback = "0.9", .min = 0});
  if (rates.momentum >= 1) {
    const Value* written = sgd.value("momentum");
    sgd.fail("momentum", "got '" + written->scalar + "'; allowed: a number from 0 to below 1");
  }
  rates.decay = sgd.number({.key = "decay", .fallback = "0", .min = 0});
  sgd.finish();
  return rates;
}

}  // namespace

TrainSpec read_train(Params section) {
  TrainSpec train;
  train.batch = static_cast<int>(section.integer(
      {.key = "batch", .doc = "the images of one minibatch", .min = 1, .max = 1 << 20}));
  train.length = read_length(section);
  train.sgd = read_sgd(section.map("sgd"));
  train.schedule = read_schedule(section);
  train.log_every = static_cast<int>(
      section.integer({.key = "log_every", .fallback = "20", .min = 1, .max = 1 << 30}));
  section.finish();
  return train;
}

}  // namespace vggflow
