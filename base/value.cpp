#include "base/value.h"

#include <algorithm>

namespace vggflow {

Value Value::text(std::string scalar) {
  Value value;
  value.kind = Kind::scalar;
  value.scalar = std::move(scalar);
  return value;
}

Value Value::map() {
  Value value;
  value.kind = Kind::map;
  return value;
}

Value Value::list() {
  Value value;
  value.kind = Kind::list;
  return value;
}

const Value* Value::find(std::string_view key) const {
  const auto found = std::ranges::find_if(entries, [&](const auto& e) { return e.first == key; });
  return found == entries.end() ? nullptr : &found->second;
}

Value* Value::find(std::string_view key) {
  return const_cast<Value*>(std::as_const(*this).find(key));
}

Value& Value::operator[](std::string_view key) {
  if (Value* found = find(key)) return *found;
  entries.emplace_back(std::string(key), Value{});
  return entries.back().second;
}

void Value::erase(std::string_view key) {
  std::erase_if(entries, [&](const auto& e) { return e.first == key; });
}

std::string Value::place() const { return line > 0 ? file + ":" + std::to_string(line) : file; }

std::string_view to_string(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::null:
      return "nothing";
    case Value::Kind::scalar:
      return "a single value";
    case Value::Kind::list:
      return "a list";
    case Value::Kind::map:
      return "a map";
  }
  return "";
}

}  // namespace vggflow
