#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "pipeline/dataset.h"

namespace vggflow {
namespace {

std::string known_kinds() {
  std::vector<std::string_view> keys;
  for (const SourceSchema& schema : SourceRegistry::instance().all()) keys.push_back(schema.key);
  return joined(keys);
}

/// The one schema whose key the source holds.
const SourceSchema& kind_of(const Params& source) {
  const SourceSchema* chosen = nullptr;
  for (const SourceSchema& schema : SourceRegistry::instance().all()) {
    if (!source.has(schema.key)) continue;
    if (chosen) {
      source.fail(schema.key, "stands beside '" + std::string(chosen->key) +
                                  "'; allowed: one source, one of " + known_kinds());
    }
    chosen = &schema;
  }
  if (chosen) return *chosen;
  const auto& entries = source.all().entries;
  if (!entries.empty()) {
    source.fail(entries.front().first, "is not a known source; allowed: " + known_kinds());
  }
  throw Error(Origin::spec, source.path() + ": names no source; allowed: " + known_kinds(),
              source.all().place());
}

}  // namespace

SourceRegistry& SourceRegistry::instance() {
  static SourceRegistry registry;
  return registry;
}

void SourceRegistry::add(SourceSchema schema) {
  // Kept in byte order of the keys: registration order is up to the linker.
  const auto place =
      std::ranges::lower_bound(schemas_, schema.key, {}, [](const auto& s) { return s.key; });
  if (place != schemas_.end() && place->key == schema.key) {
    throw Error(Origin::usage, "source '" + std::string(schema.key) + "' is registered twice");
  }
  schemas_.insert(place, std::move(schema));
}

void check_source(Params source) {
  const SourceSchema& schema = kind_of(source);
  static_cast<void>(source.value(schema.key));
  for (const std::string_view key : schema.also) static_cast<void>(source.value(key));
  source.finish();
}

std::unique_ptr<Dataset> open_dataset(Params source, const std::filesystem::path& base,
                                      const std::filesystem::path& cache) {
  check_source(source);  // before opening: a wrong key should not cost the indexing of a large tar
  return kind_of(source).open(source, {base, cache});
}

}  // namespace vggflow
