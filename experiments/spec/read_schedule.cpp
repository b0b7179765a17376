#include <algorithm>
#include <functional>

#include "experiments/spec/sections.h"

namespace vggflow {
namespace {

constexpr double kMostEpochs = 1e6;
constexpr double kMostIterations = 1e12;

constexpr const char* kSchedules =
    "constant, {step: {epochs: [...], factor: 0.1}} or {plateau: {patience: 5, threshold: 0.1, "
    "drops: 3, factor: 0.1}}";

double read_factor(Params& schedule) {
  return schedule.number({.key = "factor", .fallback = "0.1", .min = 1e-12, .max = 1});
}

ScheduleSpec read_step(Params step) {
  const auto unit = length_unit(step);
  ScheduleSpec schedule{.kind = ScheduleSpec::Kind::step};
  std::vector<double> at;
  if (unit == "epochs") {
    at = step.numbers({.key = unit, .min = 1e-6, .max = kMostEpochs});
  } else {
    for (const auto count : step.integers({.key = unit, .min = 1, .max = kMostIterations})) {
      at.push_back(static_cast<double>(count));
    }
  }
  if (std::ranges::adjacent_find(at, std::greater_equal{}) != at.end()) {
    step.fail(unit, "the drops are not in rising order");
  }
  for (const double count : at) schedule.at.push_back({count, unit == "epochs"});
  schedule.factor = read_factor(step);
  step.finish();
  return schedule;
}

ScheduleSpec read_plateau(Params plateau) {
  ScheduleSpec schedule{.kind = ScheduleSpec::Kind::plateau};
  schedule.patience = static_cast<int>(plateau.integer(
      {.key = "patience", .fallback = "5", .unit = "validations", .min = 1, .max = 1 << 30}));
  schedule.threshold = plateau.number(
      {.key = "threshold", .fallback = "0.1", .unit = "% top-1 error", .min = 0, .max = 100});
  if (plateau.has("drops")) {
    schedule.drops = static_cast<int>(plateau.integer({.key = "drops", .min = 0, .max = 1 << 30}));
  }
  static_cast<void>(plateau.value("drops"));  // known, whether it is there or not
  schedule.factor = read_factor(plateau);
  plateau.finish();
  return schedule;
}

}  // namespace

std::string_view length_unit(const Params& map) {
  const bool iterations = map.has("iterations");
  const bool epochs = map.has("epochs");
  if (iterations && epochs) map.fail("epochs", "is given beside iterations; allowed: one of them");
  if (!iterations && !epochs) map.fail("iterations", "is missing; allowed: iterations or epochs");
  return epochs ? "epochs" : "iterations";
}

/// A part of an epoch is possible, a part of an iteration is not.
Length read_length(Params& map) {
  const auto unit = length_unit(map);
  static_cast<void>(map.value("iterations"));  // both are known keys, whichever is used
  static_cast<void>(map.value("epochs"));
  if (unit == "epochs") return {map.number({.key = unit, .min = 1e-6, .max = kMostEpochs}), true};
  const auto count = map.integer({.key = unit, .min = 1, .max = kMostIterations});
  return {static_cast<double>(count), false};
}

ScheduleSpec read_schedule(Params& train) {
  const Value* schedule = train.value("schedule");
  if (schedule == nullptr) return {};
  if (schedule->kind != Value::Kind::map) {
    if (schedule->scalar == "constant") return {};
    const std::string got = schedule->kind == Value::Kind::scalar
                                ? "'" + schedule->scalar + "'"
                                : std::string(to_string(schedule->kind));
    train.fail("schedule", "got " + got + "; allowed: " + kSchedules);
  }
  Params kinds = train.map("schedule");
  const bool step = kinds.value("step") != nullptr;
  const bool plateau = kinds.value("plateau") != nullptr;
  kinds.finish();
  if (step && plateau) kinds.fail("plateau", "is given beside step; allowed: one of them");
  if (!step && !plateau) {
    train.fail("schedule", std::string("says nothing; allowed: ") + kSchedules);
  }
  return step ? read_step(kinds.map("step")) : read_plateau(kinds.map("plateau"));
}

}  // namespace vggflow
