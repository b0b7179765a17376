#include "base/error.h"
#include "experiments/spec/sections.h"
#include "pipeline/dataset.h"

namespace vggflow {
namespace {

std::string known_kinds() {
  std::vector<std::string_view> kinds;
  for (const SourceSchema& schema : SourceRegistry::instance().all()) kinds.push_back(schema.key);
  return joined(kinds);
}

/// The one kind of source that the map names.
const SourceSchema& kind_of(const Params& source) {
  const SourceSchema* kind = nullptr;
  for (const SourceSchema& schema : SourceRegistry::instance().all()) {
    if (!source.has(schema.key)) continue;
    if (kind) {
      source.fail(schema.key, "stands beside '" + std::string(kind->key) +
                                  "'; allowed: one source, one of " + known_kinds());
    }
    kind = &schema;
  }
  if (kind) return *kind;
  const auto& entries = source.all().entries;
  if (!entries.empty()) {
    source.fail(entries.front().first, "is not a known source; allowed: " + known_kinds());
  }
  throw Error(Origin::spec, source.path() + ": names no source; allowed: " + known_kinds(),
              source.all().place());
}

}  // namespace

void check_source(Params source) {
  const SourceSchema& kind = kind_of(source);
  static_cast<void>(source.value(kind.key));
  for (const std::string_view key : kind.also) static_cast<void>(source.value(key));
  source.finish();
}

}  // namespace vggflow
