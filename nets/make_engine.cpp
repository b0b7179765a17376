#include <algorithm>

#include "base/error.h"
#include "nets/engine.h"

namespace vggflow {

std::string to_string(Precision precision) {
  switch (precision) {
    case Precision::bf16:
      return "bf16";
    case Precision::tf32:
      return "tf32";
    case Precision::f32:
      return "f32";
  }
  return {};
}

EngineRegistry& EngineRegistry::instance() {
  static EngineRegistry registry;
  return registry;
}

void EngineRegistry::add(EngineSchema schema) {
  if (find(schema.name)) {
    throw Error(Origin::usage, "two engines are called '" + std::string(schema.name) + "'");
  }
  const auto before = [](const auto& entry, std::string_view name) { return entry->name < name; };
  const auto place = std::lower_bound(schemas_.begin(), schemas_.end(), schema.name, before);
  schemas_.insert(place, std::make_unique<EngineSchema>(std::move(schema)));
}

const EngineSchema* EngineRegistry::find(std::string_view name) const {
  for (const auto& schema : schemas_) {
    if (schema->name == name) return schema.get();
  }
  return nullptr;
}

std::vector<const EngineSchema*> EngineRegistry::all() const {
  std::vector<const EngineSchema*> all;
  for (const auto& schema : schemas_) all.push_back(schema.get());
  return all;
}

std::vector<std::string_view> engine_names() {
  std::vector<std::string_view> names;
  for (const EngineSchema* schema : EngineRegistry::instance().all()) {
    names.push_back(schema->name);
  }
  return names;
}

std::unique_ptr<Engine> make_engine(std::string_view name, const Net& net,
                                    const EngineOptions& options) {
  const EngineSchema* schema = EngineRegistry::instance().find(name);
  if (!schema) {
    throw Error(Origin::usage, "engine '" + std::string(name) + "' is not part of this build; " +
                                   "allowed: " + joined(engine_names()));
  }
  check_net(net);
  return schema->make(net, options);
}

}  // namespace vggflow
