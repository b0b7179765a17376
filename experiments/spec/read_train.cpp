#include <algorithm>

#include "experiments/spec/sections.h"

namespace vggflow {
namespace {

constexpr double kMostImages = 4294967295;  // no data set is larger
constexpr double kMostValidations = 1 << 30;
constexpr double kMostSlots = 1 << 20;

int read_count(Params& section, const ParamSpec& spec) {
  return static_cast<int>(section.integer(spec));
}

Rates read_sgd(Params& sgd) {
  Rates rates;
  rates.rate = sgd.number({.key = "rate", .doc = "the learning rate", .min = 0, .max = 1e6});
  if (rates.rate == 0) sgd.fail("rate", "got '0'; allowed: a number > 0");
  rates.momentum = sgd.number({.key = "momentum", .fallback = "0.9", .min = 0});
  if (rates.momentum >= 1) {
    const Value* written = sgd.value("momentum");
    sgd.fail("momentum", "got '" + written->scalar + "'; allowed: a number from 0 to below 1");
  }
  rates.decay = sgd.number({.key = "decay", .fallback = "0", .min = 0});
  return rates;
}

std::map<std::string, double> read_multipliers(Params& sgd, const Net& net) {
  Params layers = sgd.map("multipliers");
  std::map<std::string, double> multipliers;
  for (const auto& [layer, written] : layers.all().entries) {
    check_learned_layer(layers, layer, layer, net);
    multipliers[layer] = layers.number({.key = layer, .min = 0, .max = 1e6});
  }
  const auto frozen = [](const auto& entry) { return entry.second == 0; };
  if (std::ranges::count_if(multipliers, frozen) == std::ssize(learned_layers(net))) {
    sgd.fail("multipliers", "are all 0, so nothing would learn; allowed: one layer at least > 0");
  }
  return multipliers;
}

/// Parts of one size keep the memory of a step as small as can be.
int read_accumulate(Params& section, int batch) {
  const auto parts =
      section.integer({.key = "accumulate", .fallback = "1", .min = 1, .max = kMostSlots});
  if (batch % parts != 0) {
    section.fail("accumulate", "got '" + std::to_string(parts) + "'; allowed: a divisor of " +
                                   section.path("batch") + ", " + std::to_string(batch));
  }
  return static_cast<int>(parts);
}

ValidationSpec read_validation(Params section, const Net& net) {
  ValidationSpec validation;
  validation.every = read_length(section);
  if (section.has("images")) {
    validation.images = static_cast<std::uint64_t>(
        section.integer({.key = "images", .min = 1, .max = kMostImages}));
  }
  static_cast<void>(section.value("images"));  // known, whether it is there or not
  validation.scale = read_count(section, {.key = "scale",
                                          .unit = "px",
                                          .doc = "Q, the smallest side of the pictures",
                                          .min = 1,
                                          .max = 1 << 16});
  if (const int crop = net.input.short_side(); validation.scale < crop) {
    section.fail("scale", "Q is " + length_text(*section.all().find("scale")) +
                              "; allowed: at least " + std::to_string(crop) + ", the crop");
  }
  validation.batch =
      read_count(section, {.key = "batch", .fallback = "64", .min = 1, .max = kMostSlots});
  section.finish();
  return validation;
}

EarlyStopSpec read_early_stop(Params section) {
  EarlyStopSpec stop;
  stop.patience = read_count(section, {.key = "patience",
                                       .fallback = "10",
                                       .unit = "validations",
                                       .min = 1,
                                       .max = kMostValidations});
  stop.threshold = section.number(
      {.key = "threshold", .fallback = "0.1", .unit = "% top-1 error", .min = 0, .max = 100});
  section.finish();
  return stop;
}

CheckpointSpec read_checkpoint(Params section) {
  CheckpointSpec checkpoint;
  if (section.has("iterations") || section.has("epochs")) checkpoint.every = read_length(section);
  static_cast<void>(section.value("iterations"));  // known, whether they are there or not
  static_cast<void>(section.value("epochs"));
  checkpoint.minutes = section.number({.key = "minutes", .fallback = "10", .min = 0, .max = 1e6});
  checkpoint.keep = read_count(section, {.key = "keep", .fallback = "2", .min = 1, .max = 1 << 20});
  section.finish();
  return checkpoint;
}

/// What follows validations needs some, what goes back to a checkpoint needs one at a known place.
void check_needs(const Params& section, const TrainSpec& train) {
  if (!train.validation && train.schedule.kind == ScheduleSpec::Kind::plateau) {
    section.fail("schedule", "plateau follows the errors of train.validation, which is missing");
  }
  if (!train.validation && train.early_stop) {
    section.fail("early_stop", "follows the errors of train.validation, which is missing");
  }
  if (train.on_nan == OnNan::reload && !train.checkpoint.every) {
    section.fail("on_nan",
                 "reload needs train.checkpoint.iterations or epochs: a checkpoint by the clock "
                 "falls by chance, and so would the weights");
  }
}

}  // namespace

TrainSpec read_train(Params section, const Net& net) {
  TrainSpec train;
  train.batch = read_count(
      section, {.key = "batch", .doc = "the images of one minibatch", .min = 1, .max = kMostSlots});
  train.accumulate = read_accumulate(section, train.batch);
  train.length = read_length(section);
  Params sgd = section.map("sgd");
  train.sgd = read_sgd(sgd);
  train.multipliers = read_multipliers(sgd, net);
  sgd.finish();
  train.schedule = read_schedule(section);
  if (section.has("warmup")) {
    Params warmup = section.map("warmup");
    train.warmup = read_length(warmup);
    warmup.finish();
  }
  if (section.has("validation")) train.validation = read_validation(section.map("validation"), net);
  if (section.has("early_stop")) train.early_stop = read_early_stop(section.map("early_stop"));
  for (const char* optional : {"warmup", "validation", "early_stop"}) {
    static_cast<void>(section.value(optional));  // known, whether they are there or not
  }
  train.checkpoint = read_checkpoint(section.map("checkpoint"));
  const auto on_nan =
      section.choice({.key = "on_nan", .fallback = "stop", .choices = "stop|reload"});
  train.on_nan = on_nan == "stop" ? OnNan::stop : OnNan::reload;
  train.log_every =
      read_count(section, {.key = "log_every", .fallback = "20", .min = 1, .max = 1 << 30});
  section.finish();
  check_needs(section, train);
  return train;
}

}  // namespace vggflow
