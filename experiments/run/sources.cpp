#include "experiments/run/sources.h"

#include <algorithm>
#include <cstdio>

#include "base/error.h"

namespace vggflow {
namespace {

constexpr const char* kIndexes = ".index";

std::unique_ptr<Dataset> open_source(const Value& source, const std::string& path, const Spec& spec,
                                     const std::filesystem::path& data,
                                     const std::filesystem::path& cache) {
  if (source.is_null()) {
    throw Error(Origin::spec, path + ": is missing; it names the images, e.g. {folder: DIR}",
                spec.resolved.place());
  }
  auto dataset = open_dataset(Params(source, path), data, cache);
  const auto allowed = static_cast<std::size_t>(classes(spec.net));
  if (dataset->classes().size() > allowed) {
    throw Error(Origin::data, path + ": " + dataset->description() +
                                  ": a label outside the net's " + std::to_string(allowed) +
                                  " classes: " + dataset->classes()[allowed]);
  }
  return dataset;
}

/// Error (spec) at a key of `train:`.
Error train_error(const Spec& spec, const char* key, const std::string& message) {
  const Value* train = spec.resolved.find("train");
  const Value* entry = train != nullptr ? train->find(key) : nullptr;
  return {Origin::spec, std::string("train.") + key + ": " + message,
          entry != nullptr ? entry->place() : spec.resolved.place()};
}

std::string text_of(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", number + 0.0);  // never "-0"
  return text;
}

std::string text_of(const std::array<double, 3>& rgb) {
  return "[" + text_of(rgb[0]) + ", " + text_of(rgb[1]) + ", " + text_of(rgb[2]) + "]";
}

}  // namespace

std::unique_ptr<Dataset> open_training_data(const Spec& spec, const RunOptions& options) {
  return open_source(spec.train_data, "data.train", spec, options.data, options.out / kIndexes);
}

std::unique_ptr<Dataset> open_scoring_data(const Spec& spec, const RunOptions& options) {
  return open_scoring_data(spec, options.data, options.out / kIndexes);
}

std::unique_ptr<Dataset> open_scoring_data(const Spec& spec, const std::filesystem::path& data,
                                           const std::filesystem::path& cache) {
  return open_source(spec.val_data, "data.val", spec, data, cache);
}

void check_classes(const Dataset& val, const std::vector<std::string>& trained) {
  if (trained.empty() || trained == val.classes()) return;
  const auto differ = std::ranges::mismatch(trained, val.classes());
  throw Error(Origin::data,
              "data.val: other classes than the weights are trained on: class " +
                  std::to_string(differ.in1 - trained.begin()) + " is " +
                  (differ.in2 == val.classes().end() ? std::string("missing") : *differ.in2) +
                  ", trained on " +
                  (differ.in1 == trained.end() ? std::string("none") : *differ.in1),
              val.description());
}

void check_length(const Spec& spec, const Dataset& train) {
  const auto batch = static_cast<std::size_t>(spec.train->batch);
  if (batch > train.size()) {
    throw train_error(spec, "batch",
                      "got '" + std::to_string(batch) + "'; allowed: at most the " +
                          std::to_string(train.size()) + " images of data.train");
  }
  const std::uint64_t per_epoch = train.size() / batch;
  if (spec.train->length.iterations(per_epoch) > 0) return;
  throw train_error(spec, "epochs",
                    "got '" + text_of(spec.train->length.count) +
                        "', which is no iteration; allowed: at least 1/" +
                        std::to_string(per_epoch) + " (iterations in an epoch of this data.train)");
}

void naming_nets(const Weights& weights, const Spec& spec, const std::function<void()>& check) {
  try {
    check();
  } catch (const Error& error) {
    const std::string own = weights.net == spec.net.name
                                ? ", the spec's net of that name has other layers: "
                                : ", the spec's net is '" + spec.net.name + "': ";
    throw Error(error.origin(),
                "holds weights of net '" + weights.net + "'" + own + error.message(),
                error.place());
  }
}

void check_net(const Weights& weights, const Spec& spec, const std::string& place) {
  naming_nets(weights, spec, [&] { check_parameters(weights.parameters, spec.net, place); });
}

void check_preprocessing(const Weights& weights, const Spec& spec, const std::string& place) {
  const auto check = [&](const char* what, const std::string& trained, const std::string& given) {
    if (trained == given) return;
    throw Error(Origin::data,
                std::string("the weights were trained with ") + what + " " + trained +
                    ", the spec makes " + given + "; scores would mean nothing",
                place);
  };
  const Preprocessing& then = weights.preprocessing;
  const Preprocessing& now = spec.preprocessing;
  check("mean", text_of(then.mean), text_of(now.mean));
  check("divisor", text_of(then.divisor), text_of(now.divisor));
  check("channel order", then.channel_order, now.channel_order);
  check("resampling profile", then.profile, now.profile);
  check("scaled decoding", then.scaled, now.scaled);
  check("crop", std::to_string(weights.crop), std::to_string(spec.net.input.width));
}

}  // namespace vggflow
