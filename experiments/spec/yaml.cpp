#include "experiments/spec/yaml.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/error.h"
#include "experiments/spec/spec.h"

namespace vggflow {
namespace {

/// Deeper than any spec; an anchor that contains itself would have no end.
constexpr int kDeepest = 64;

Value placed(const YAML::Node& node, const std::string& file) {
  Value value;
  value.file = file;
  value.line = node.Mark().is_null() ? 0 : node.Mark().line + 1;
  return value;
}

/// Keys are texts whatever YAML takes them for: `10:` is "10".
std::string key_text(const YAML::Node& key, const std::string& file) {
  if (key.IsNull()) return "null";
  if (key.IsScalar()) return key.Scalar();
  throw Error(Origin::spec, "a key is a list or a map; allowed: a single word",
              placed(key, file).place());
}

Value converted(const YAML::Node& node, const std::string& file, int depth);

void add_entries(Value& map, const YAML::Node& node, int depth) {
  map.kind = Value::Kind::map;
  for (const auto& entry : node) {
    const std::string key = key_text(entry.first, map.file);
    if (const Value* first = map.find(key)) {  // yaml-cpp keeps both and finds the first
      throw Error(
          Origin::spec,
          "the key '" + key + "' is given twice; first in line " + std::to_string(first->line),
          placed(entry.first, map.file).place());
    }
    Value value = converted(entry.second, map.file, depth + 1);
    value.line = placed(entry.first, map.file).line;  // people look for the key
    map.entries.emplace_back(key, std::move(value));
  }
}

Value converted(const YAML::Node& node, const std::string& file, int depth) {
  Value value = placed(node, file);
  if (depth > kDeepest) throw Error(Origin::spec, "is nested too deeply", value.place());
  if (node.IsMap()) {
    add_entries(value, node, depth);
  } else if (node.IsSequence()) {
    value.kind = Value::Kind::list;
    for (const auto& item : node) value.items.push_back(converted(item, file, depth + 1));
  } else if (node.IsScalar()) {
    value.kind = Value::Kind::scalar;
    value.scalar = node.Scalar();
  }
  return value;
}

bool is_leaf(const Value& value) {
  return value.kind == Value::Kind::scalar || value.is_null() ||
         (value.items.empty() && value.entries.empty());
}

/// Maps and lists of single values take one line: `flip: {probability: 0.5}`.
bool fits_a_line(const Value& value) {
  return std::ranges::all_of(value.items, is_leaf) &&
         std::ranges::all_of(value.entries, [](const auto& e) { return is_leaf(e.second); });
}

void emit(YAML::Emitter& out, const Value& value, bool inside) {
  if (inside && fits_a_line(value)) out << YAML::Flow;
  switch (value.kind) {
    case Value::Kind::null:
      out << YAML::Null;
      break;
    case Value::Kind::scalar:
      out << value.scalar;
      break;
    case Value::Kind::list:
      out << YAML::BeginSeq;
      for (const Value& item : value.items) emit(out, item, item.kind != Value::Kind::map);
      out << YAML::EndSeq;
      break;
    case Value::Kind::map:
      out << YAML::BeginMap;
      for (const auto& [key, entry] : value.entries) {
        out << YAML::Key << key << YAML::Value;
        emit(out, entry, true);
      }
      out << YAML::EndMap;
      break;
  }
}

}  // namespace

Value parse_yaml(const std::string& text, const std::string& file) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.empty()) return placed({}, file);
    if (documents.size() > 1) {
      throw Error(Origin::spec, "holds several YAML documents; allowed: one",
                  placed(documents[1], file).place());
    }
    return converted(documents[0], file, 0);
  } catch (const YAML::Exception& failure) {
    Value where;
    where.file = file;
    where.line = failure.mark.is_null() ? 0 : failure.mark.line + 1;
    throw Error(Origin::spec, "is not YAML: " + failure.msg, where.place());
  }
}

std::string to_yaml(const Value& value) {
  YAML::Emitter out;
  emit(out, value, false);
  return std::string(out.c_str()) + "\n";
}

}  // namespace vggflow
