#include "pipeline/stage.h"

#include <algorithm>
#include <map>

#include "base/error.h"

namespace vggflow {
namespace {

/// One entry of a `pipeline:` list: a bare name or a map of one key.
struct Entry {
  std::string name;
  Value params;
  std::string path;  // "pipeline[2].random_crop"
};

Entry read_entry(const Value& item, const std::string& path) {
  if (item.kind == Value::Kind::map && item.entries.size() == 1) {
    const auto& [name, params] = item.entries.front();
    return {name, params, path + "." + name};
  }
  if (item.kind == Value::Kind::scalar && !item.scalar.empty()) {
    Value params = Value::map();
    params.file = item.file;
    params.line = item.line;
    return {item.scalar, std::move(params), path + "." + item.scalar};
  }
  throw Error(Origin::spec,
              path + ": got " + std::string(to_string(item.kind)) +
                  "; allowed: a stage's name, or a map of it to its parameters",
              item.place());
}

/// "flip {probability: 0.5}": on one line, as written.
std::string shown(const Value& value) {
  std::string text;
  if (value.kind == Value::Kind::scalar) return value.scalar;
  if (value.kind == Value::Kind::list) {
    for (const Value& item : value.items) text += (text.empty() ? "" : ", ") + shown(item);
    return "[" + text + "]";
  }
  for (const auto& [key, entry] : value.entries) {
    text += (text.empty() ? "" : ", ") + key + ": " + shown(entry);
  }
  return "{" + text + "}";
}

std::string summary_of(const Entry& entry) {
  return entry.params.entries.empty() ? entry.name : entry.name + " " + shown(entry.params);
}

const StageSchema& schema_of(const Entry& entry) {
  const StageRegistry& registry = StageRegistry::instance();
  if (const StageSchema* schema = registry.find(entry.name)) return *schema;
  std::vector<std::string> known;
  for (const StageSchema* schema : registry.all()) known.emplace_back(schema->name);
  throw Error(Origin::spec,
              entry.path + ": unknown stage '" + entry.name + "'; allowed: " + joined(known),
              entry.params.place());
}

PlacedStage place(const Entry& entry, int rank_of_name) {
  const StageSchema& schema = schema_of(entry);
  Params params(entry.params, entry.path);
  PlacedStage placed;
  placed.schema = &schema;
  placed.always = params.flag({.key = "always", .fallback = "false"});
  if (placed.always && schema.role == Role::geometry) {
    params.fail("always",
                "got 'true'; allowed: only false, for in scoring the view decides a "
                "picture's geometry");
  }
  placed.stage = schema.make(params);
  params.finish();
  placed.stream = entry.name + "#" + std::to_string(rank_of_name);
  placed.summary = summary_of(entry);
  return placed;
}

/// Says where in the spec the sizes stop fitting.
Extent checked_extent(const PlacedStage& placed, Extent in, const Entry& entry) {
  try {
    return placed.stage->extent(in);
  } catch (const Error& error) {
    throw Error(error.origin(), entry.path + ": " + error.message(), entry.params.place());
  }
}

/// Colour maps are applied with the batch, too late for who wants pixels.
void check_colours(const StageList& stages, const Entry& entry) {
  if (!stages.back().schema->renders) return;
  for (const PlacedStage& earlier : stages) {
    if (!earlier.schema->recolours) continue;
    throw Error(Origin::spec,
                entry.path + ": changes pixels, but " + std::string(earlier.schema->name) +
                    " before it maps colours; allowed: before that",
                entry.params.place());
  }
}

std::vector<Entry> read_entries(const Value& list, const std::string& path) {
  if (list.kind != Value::Kind::list && !list.is_null()) {
    throw Error(Origin::spec,
                path + ": got " + std::string(to_string(list.kind)) + "; allowed: a list of stages",
                list.place());
  }
  std::vector<Entry> entries;
  for (const Value& item : list.items) {
    entries.push_back(read_entry(item, path + "[" + std::to_string(entries.size()) + "]"));
  }
  if (entries.empty() || schema_of(entries.front()).role != Role::decode) {
    entries.insert(entries.begin(), {"decode", Value::map(), path + ".decode"});
  }
  return entries;
}

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::decode:
      return "decode";
    case Role::geometry:
      return "geometry";
    case Role::augmentation:
      return "augmentation";
    case Role::normalisation:
      return "normalisation";
  }
  return "";
}

StageRegistry& StageRegistry::instance() {
  static StageRegistry registry;
  return registry;
}

void StageRegistry::add(StageSchema schema) {
  const auto place =
      std::lower_bound(schemas_.begin(), schemas_.end(), schema.name,
                       [](const auto& known, std::string_view name) { return known->name < name; });
  if (place != schemas_.end() && (*place)->name == schema.name) {
    throw Error(Origin::usage, "there are two stages named '" + std::string(schema.name) + "'");
  }
  schemas_.insert(place, std::make_unique<StageSchema>(std::move(schema)));
}

void StageRegistry::enrol(StageSchema& schema, std::string_view built_for) noexcept {
  try {
    if (built_for != kBuiltFor) {
      throw Error(Origin::usage,
                  "a stage is " + std::string(built_for) + "; this is vggflow " + VGGFLOW_VERSION);
    }
    add(std::move(schema));
  } catch (const Error& error) {
    refused_.push_back(error);
  }
}

void StageRegistry::withdraw_all_but(const std::vector<const StageSchema*>& kept) {
  std::erase_if(schemas_, [&](const auto& schema) {
    return std::ranges::find(kept, schema.get()) == kept.end();
  });
}

void StageRegistry::throw_refused() const {
  if (!refused_.empty()) throw Error(refused_.front());
}

const StageSchema* StageRegistry::find(std::string_view name) const {
  throw_refused();
  const auto found = std::find_if(schemas_.begin(), schemas_.end(),
                                  [&](const auto& schema) { return schema->name == name; });
  return found == schemas_.end() ? nullptr : found->get();
}

std::vector<const StageSchema*> StageRegistry::all() const {
  throw_refused();
  std::vector<const StageSchema*> all;
  for (const auto& schema : schemas_) all.push_back(schema.get());
  return all;
}

StageList make_stages(const Value& list, const std::string& path) {
  StageList stages;
  std::map<std::string, int> seen;
  Extent extent;
  for (const Entry& entry : read_entries(list, path)) {
    stages.push_back(place(entry, seen[entry.name]++));
    if (stages.size() > 1 && stages.back().role() == Role::decode) {
      throw Error(Origin::spec, entry.path + ": pictures are decoded already; allowed: first only",
                  entry.params.place());
    }
    check_colours(stages, entry);
    extent = checked_extent(stages.back(), extent, entry);
  }
  return stages;
}

Extent extent_of(const StageList& stages) {
  Extent extent;
  for (const PlacedStage& placed : stages) extent = placed.stage->extent(extent);
  return extent;
}

StageList scoring_stages(const StageList& stages) {
  StageList kept;
  for (const PlacedStage& placed : stages) {
    const bool needed = placed.role() == Role::decode || placed.role() == Role::normalisation;
    if (needed || placed.always) kept.push_back(placed);
  }
  return kept;
}

}  // namespace vggflow
