#include "experiments/run/trained.h"

#include "base/error.h"
#include "experiments/run/initial_weights.h"
#include "nets/weights_file.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// Drops `keys` of a section, and the section when nothing is left of it.
void drop(Value& spec, std::string_view section, std::initializer_list<std::string_view> keys) {
  Value* entries = spec.find(section);
  if (entries == nullptr) return;
  for (const std::string_view key : keys) entries->erase(key);
  if (entries->entries.empty()) spec.erase(section);
}

/// A source that is gone cannot have changed.
void check_source(const Spec& spec, const RunOptions& options, const fs::path& folder) {
  if (spec.init.from.empty()) return;
  const fs::path source = initial_source(spec, options);
  if (!fs::exists(source)) return;
  if (load_weights_facts(folder / "weights.h5").init_sha256 == load_weights_facts(source).sha256) {
    return;
  }
  throw Error(Origin::spec,
              "these weights start from other ones than init.from has now: " + source.string() +
                  " was trained again; allowed: --fresh to train this again too, or another --out",
              folder.string());
}

}  // namespace

std::string training_text(Value resolved) {
  resolved.erase("evaluate");
  drop(resolved, "data", {"val"});
  drop(resolved, "feed", {"workers", "prefetch", "max_errors"});
  drop(resolved, "compute", {"threads"});
  return to_yaml(resolved);
}

bool is_trained(const Spec& spec, const RunOptions& options, const fs::path& folder) {
  if (!fs::exists(folder / "weights.h5")) return false;
  if (!fs::exists(folder / "spec.yaml") ||
      training_text(read_yaml(folder / "spec.yaml")) != training_text(spec.resolved)) {
    throw Error(Origin::spec,
                "these results are of another spec than the one given; allowed: the same spec, "
                "another --out, or --fresh to train again",
                folder.string());
  }
  check_source(spec, options, folder);
  return true;
}

}  // namespace vggflow
