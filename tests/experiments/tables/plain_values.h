#pragma once

#include <initializer_list>
#include <utility>

#include "base/value.h"

namespace vggflow {

// Plain data, as a YAML file gives it.

inline Value map(std::initializer_list<std::pair<const char*, Value>> entries) {
  Value value = Value::map();
  for (const auto& [key, entry] : entries) value[key] = entry;
  return value;
}

inline Value list(std::initializer_list<Value> items) {
  Value value = Value::list();
  value.items = items;
  return value;
}

inline Value text(const char* scalar) { return Value::text(scalar); }

}  // namespace vggflow
