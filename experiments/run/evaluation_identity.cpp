#include "experiments/run/evaluation_identity.h"

#include "base/error.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/run/machine.h"
#include "experiments/spec/yaml.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

Value list_of(const std::vector<std::string>& texts) {
  Value list = Value::list();
  for (const std::string& text : texts) list.items.push_back(Value::text(text));
  return list;
}

/// `batch` is left out: how many pictures are scored at once is a matter of memory.
Value described(const EvaluationSpec& evaluation) {
  std::vector<std::string> scales;
  for (const int scale : evaluation.scales) scales.push_back(std::to_string(scale));
  Value map = Value::map();
  map["scales"] = list_of(scales);
  map["views"] = Value::text(evaluation.views.text());
  map["aggregate"] =
      Value::text(evaluation.aggregate == Aggregate::scores ? "scores" : "posteriors");
  map["keep"] = Value::text(evaluation.keep_views ? "views" : "mean");
  map["max_pixels"] = Value::text(std::to_string(evaluation.max_pixels));
  return map;
}

/// The keys of `wanted` whose entries `made` has not, as "scales and data.val".
std::string differences(const std::string& made, const std::string& wanted) {
  const Value then = parse_yaml(made, "");
  const Value now = parse_yaml(wanted, "");
  std::vector<std::string> keys;
  for (const auto& [key, entry] : now.entries) {
    const Value* old = then.find(key);
    if (old == nullptr || to_yaml(*old) != to_yaml(entry)) keys.push_back(key);
  }
  return joined(keys, " and ");
}

}  // namespace

std::string evaluation_identity(const Spec& spec, const EvaluationSpec& evaluation) {
  Value identity = described(evaluation);
  if (!evaluation.combine.empty()) {
    Value members = Value::map();
    for (const std::string& member : evaluation.combine) {
      members[member] = described(spec.evaluation(member));
    }
    identity = Value::map();
    identity["combine"] = std::move(members);
  }
  std::vector<std::string> stages;
  for (const PlacedStage& placed : scoring_stages(spec.stages)) stages.push_back(placed.summary);
  identity["data.val"] = spec.val_data;
  identity["stages"] = list_of(stages);
  if (const Value* net = spec.resolved.find("net")) identity["net"] = *net;
  identity["engine"] = Value::text(engine_name(spec));
  return to_yaml(identity);
}

std::vector<fs::path> member_files(const fs::path& folder, const EvaluationSpec& evaluation) {
  std::vector<fs::path> files;
  for (const std::string& name : evaluation.combine) {
    files.push_back(evaluation_path(folder, name));
  }
  return files;
}

std::string why_stale(const fs::path& folder, const Spec& spec, const EvaluationSpec& evaluation,
                      const std::string& weights_sha256, const std::string& images_sha256) {
  if (!fs::exists(evaluation_path(folder, evaluation.name))) return "is missing";
  try {
    const EvaluationOrigin made = load_summary(folder, evaluation.name).origin;
    const std::string wanted = evaluation_identity(spec, evaluation);
    if (made.identity != wanted) return "was made with other " + differences(made.identity, wanted);
    if (made.weights_sha256 != weights_sha256)
      return "was made with other weights, " + made.weights;
    if (!evaluation.combine.empty()) {
      const bool same = made.source_sha256 == seals_sha256(member_files(folder, evaluation));
      return same ? "" : "was made before one of " + joined(evaluation.combine, ", ");
    }
    const bool same = images_sha256.empty() || made.source_sha256 == images_sha256;
    return same ? "" : "was made of other images";
  } catch (const Error& error) {
    if (error.origin() != Origin::data) throw;
    return "cannot be read: " + error.message();
  }
}

}  // namespace vggflow
