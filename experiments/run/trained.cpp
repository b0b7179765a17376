#include "experiments/run/trained.h"

#include "base/error.h"
#include "experiments/run/initial_weights.h"
#include "experiments/run/spec_changes.h"
#include "experiments/spec/yaml.h"
#include "nets/weights_file.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// By what the weights say; older files do not, and leave it to spec.yaml beside them.
Value trained_by(const Weights& weights, const fs::path& folder) {
  if (!weights.training.empty()) {
    return parse_yaml(weights.training, (folder / "weights.h5").string());
  }
  if (!fs::exists(folder / "spec.yaml")) return {};
  return training_part(read_yaml(folder / "spec.yaml"));
}

}  // namespace

std::string training_text(const Value& resolved) { return to_yaml(training_part(resolved)); }

Error other_spec(const fs::path& folder, const std::vector<std::string>& changes) {
  return {Origin::spec,
          "these results are of another spec than the one given: " + joined(changes, " and ") +
              "; allowed: the same spec, one that only trains longer, another --out, or --fresh to "
              "train again",
          folder.string()};
}

void check_start(const Spec& spec, const RunOptions& options, const fs::path& folder,
                 const std::string& init_sha256) {
  if (spec.init.from.empty()) return;
  const fs::path source = initial_source(spec, options);
  if (!fs::exists(source) || init_sha256 == load_weights_facts(source).sha256) return;
  throw Error(Origin::spec,
              "these weights start from other ones than init.from has now: " + source.string() +
                  " was trained again; allowed: --fresh to train this again too, or another --out",
              folder.string());
}

bool is_trained(const Spec& spec, const RunOptions& options, const fs::path& folder) {
  if (!fs::exists(folder / "weights.h5")) return false;
  const Weights weights = load_weights_facts(folder / "weights.h5");
  const Value then = trained_by(weights, folder);
  const std::vector<std::string> all = changes(then, training_part(spec.resolved));
  if (!all.empty()) {
    const bool goes_on = changes(lasting_part(then), lasting_part(spec.resolved)).empty() &&
                         fs::exists(folder / "checkpoints");
    if (!goes_on) throw other_spec(folder, all);
  }
  check_start(spec, options, folder, weights.init_sha256);
  return all.empty();
}

}  // namespace vggflow
