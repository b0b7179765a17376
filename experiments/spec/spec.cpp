#include "experiments/spec/spec.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/error.h"
#include "base/params.h"
#include "experiments/spec/sections.h"
#include "nets/vgg.h"
#include "pipeline/dataset.h"

namespace vggflow {
namespace {

constexpr int kPaperCrop = 224;

std::string read_name(Params& root) {
  const std::string name = root.text({.key = "name", .doc = "the folder of the results"});
  if (!is_plain_name(name)) {
    root.fail("name", "got '" + name + "'; allowed: letters, digits, '.', '_' and '-'");
  }
  return name;
}

/// `bench pipeline` needs no net; training and scoring do.
Net read_optional_net(Params& root) {
  if (!root.has("net") && !root.has("train") && !root.has("evaluate")) {
    static_cast<void>(root.value("net"));
    return {};
  }
  if (!root.has("net")) root.fail("net", "is missing; training and evaluating need it");
  return read_net(root.map("net"), kPaperCrop);
}

Value read_source(Params& data, const char* key) {
  const Value* source = data.value(key);
  if (source == nullptr || source->is_null()) return {};
  check_source(data.map(key));
  return *source;
}

void read_data(Params& root, Spec& spec) {
  Params data = root.map("data");
  spec.train_data = read_source(data, "train");
  spec.val_data = read_source(data, "val");
  data.finish();
  if (spec.train && spec.train_data.is_null()) {
    root.fail("data.train", "is missing; training needs it");
  }
  if (spec.train && spec.train->validation && spec.val_data.is_null()) {
    root.fail("data.val", "is missing; train.validation needs it");
  }
  if (!spec.evaluations.empty() && spec.val_data.is_null()) {
    root.fail("data.val", "is missing; evaluating needs it");
  }
}

StageList read_pipeline(Params& root) {
  static const Value kNone = Value::list();
  const Value* list = root.value("pipeline");
  return make_stages(list != nullptr ? *list : kNone, "pipeline");
}

/// Training wants pictures of one size: the net's.
void check_training_size(const Params& root, const Spec& spec) {
  const Extent made = extent_of(spec.stages);
  const std::string wanted = "the net takes " + to_string(spec.net.input);
  if (!made.fixed) {
    root.fail("pipeline", "makes pictures of many sizes, " + wanted + "; end it with a crop");
  }
  if (*made.fixed != spec.net.input) {
    root.fail("pipeline", "makes " + to_string(*made.fixed) + ", " + wanted);
  }
}

/// Extending a spec shuffles its keys; `spec.yaml` and `explain` show them as people write them.
void put_in_order(Value& spec) {
  static constexpr std::array<std::string_view, 10> kOrder = {
      "name", "seed", "net", "init", "data", "pipeline", "train", "evaluate", "compute", "feed"};
  const auto rank = [](const auto& entry) {
    return std::ranges::find(kOrder, entry.first) - kOrder.begin();
  };
  std::ranges::stable_sort(spec.entries, {}, rank);
}

}  // namespace

bool is_plain_name(std::string_view name) {
  const auto plain = [](unsigned char c) {
    return c < 128 && (std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-');
  };
  return !name.empty() && !name.starts_with('.') && std::ranges::all_of(name, plain);
}

const EvaluationSpec& Spec::evaluation(const std::string& wanted) const {
  std::vector<std::string> known;
  for (const EvaluationSpec& evaluation : evaluations) {
    if (evaluation.name == wanted) return evaluation;
    known.push_back(evaluation.name);
  }
  throw Error(Origin::usage, "'" + name + "' has no evaluation '" + wanted + "'; it has " +
                                 (known.empty() ? "none" : joined(known, " and ")));
}

Spec make_spec(Value resolved) {
  Spec spec;
  Params root(resolved, "");
  spec.name = read_name(root);
  spec.seed = static_cast<std::uint64_t>(root.integer({.key = "seed", .fallback = "1", .min = 0}));
  spec.net = read_optional_net(root);
  spec.init = read_init(root.map("init"), spec.net);
  if (spec.init.from == spec.name) {
    root.map("init").fail("from", "names the experiment itself; allowed: another one");
  }
  spec.stages = read_pipeline(root);
  if (root.has("train")) spec.train = read_train(root.map("train"), spec.net);
  spec.evaluations = read_evaluations(root.map("evaluate"), spec.net);
  read_data(root, spec);
  spec.compute = read_compute(root.map("compute"));
  spec.feed = read_feed(root.map("feed"));
  static_cast<void>(root.value("train"));  // known, given or not
  root.finish();

  if (spec.train) check_training_size(root, spec);
  static const Value kNone = Value::list();
  const Value* pipeline = resolved.find("pipeline");
  spec.preprocessing = preprocessing_of(spec.stages, pipeline != nullptr ? *pipeline : kNone);
  spec.resolved = std::move(resolved);
  return spec;
}

Spec read_spec(const std::filesystem::path& path, const SpecEdits& edits) {
  Value value = read_yaml(path);
  for (const auto& overlay : edits.overlays) merge(value, read_yaml(overlay));
  for (const std::string& setting : edits.settings) apply_setting(value, setting);
  remove_nulls(value);
  apply_miniature(value);
  put_in_order(value);
  return make_spec(std::move(value));
}

}  // namespace vggflow
