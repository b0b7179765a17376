#include <string>

#include "base/error.h"
#include "base/params.h"
#include "experiments/spec/spec.h"

namespace vggflow {
namespace {

constexpr int kPaperFullyConnected = 4096;

/// Divides the lengths of a spec by K.
class Miniature {
 public:
  explicit Miniature(std::int64_t k) : k_(k) {}

  [[nodiscard]] std::int64_t divided(const Params& map, std::string_view key,
                                     std::int64_t length) const {
    if (length % k_ != 0) {
      map.fail(key,
               std::to_string(length) + " is not divisible by miniature " + std::to_string(k_));
    }
    return length / k_;
  }

  /// The entry `key` of `map` (called `path` in messages), if it is given.
  void divide(Value& map, const std::string& path, std::string_view key) const {
    if (map.find(key) == nullptr) return;
    Params params(map, path);
    const auto length = params.integer({.key = key, .unit = "px", .min = 1});
    put(*map.find(key), divided(params, key, length));
  }

  void divide_list(Value& map, const std::string& path, std::string_view key) const {
    if (map.find(key) == nullptr) return;
    Params params(map, path);
    const auto lengths = params.integers({.key = key, .unit = "px", .min = 1});
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      put(map.find(key)->items[i], divided(params, key, lengths[i]));
    }
  }

  void shrink_net(Value& net) const;
  void shrink_pipeline(Value& list) const;
  void shrink_training(Value& train) const;
  void shrink_evaluations(Value& evaluate) const;

 private:
  /// Messages about the length say how it came about.
  void put(Value& entry, std::int64_t length) const {
    entry.made_of = entry.scalar + " divided by miniature " + std::to_string(k_);
    entry.scalar = std::to_string(length);
  }

  std::int64_t k_;
};

void Miniature::shrink_net(Value& net) const {
  Params params(net, "net");
  if (params.has("layers")) {
    params.fail("layers", "a miniature is of a paper net; write the small net out instead");
  }
  const auto crop = params.integer({.key = "crop", .fallback = "224", .min = 1});
  const auto divisor = params.integer({.key = "width_divisor", .fallback = "1", .min = 1});
  const auto set = [&](std::string_view key, std::int64_t number) {
    Value& entry = net[key];
    entry.kind = Value::Kind::scalar;
    entry.scalar = std::to_string(number);
  };
  const auto small_crop = divided(params, "crop", crop);
  const bool given = params.has("fully_connected");
  const auto small_width = given ? 0 : divided(params, "fully_connected", kPaperFullyConnected);
  set("crop", small_crop);
  set("width_divisor", divisor * k_);
  if (!given) set("fully_connected", small_width);
}

void Miniature::shrink_pipeline(Value& list) const {
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    for (auto& [stage, parameters] : list.items[i].entries) {
      const std::string path = "pipeline[" + std::to_string(i) + "]." + stage;
      if (stage == "rescale") divide(parameters, path, "side");
      if (stage == "random_rescale") divide(parameters, path, "min");
      if (stage == "random_rescale") divide(parameters, path, "max");
      if (stage == "random_crop" || stage == "center_crop") divide(parameters, path, "size");
    }
  }
}

void Miniature::shrink_training(Value& train) const {
  if (Value* validation = train.find("validation"))
    divide(*validation, "train.validation", "scale");
}

void Miniature::shrink_evaluations(Value& evaluate) const {
  for (auto& [name, evaluation] : evaluate.entries) {
    divide_list(evaluation, "evaluate." + name, "scales");
  }
}

}  // namespace

void apply_miniature(Value& spec) {
  Params params(spec, "");
  if (!params.has("miniature")) return;
  const Miniature miniature(params.integer({.key = "miniature", .min = 1}));
  spec.erase("miniature");
  if (Value* net = spec.find("net")) miniature.shrink_net(*net);
  if (Value* pipeline = spec.find("pipeline")) miniature.shrink_pipeline(*pipeline);
  if (Value* train = spec.find("train")) miniature.shrink_training(*train);
  if (Value* evaluate = spec.find("evaluate")) miniature.shrink_evaluations(*evaluate);
}

}  // namespace vggflow
