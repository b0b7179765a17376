#include <algorithm>

#include "base/error.h"
#include "experiments/spec/spec.h"
#include "experiments/spec/yaml.h"

namespace vggflow {
namespace {

/// The name of an entry of a list of stages: `- flip` or `- flip: {...}`; empty if it is neither.
std::string_view stage_name(const Value& entry) {
  if (entry.kind == Value::Kind::scalar) return entry.scalar;
  if (entry.kind == Value::Kind::map && entry.entries.size() == 1) return entry.entries[0].first;
  return {};
}

bool is_stage_list(const Value& value) {
  return value.kind == Value::Kind::list &&
         std::ranges::none_of(value.items, [](const Value& e) { return stage_name(e).empty(); });
}

void merge_into_stage(Value& entry, const Value& parameters) {
  if (entry.kind == Value::Kind::scalar) {  // `- flip` becomes `- flip: {...}`
    Value with_parameters = Value::map();
    with_parameters.file = entry.file;
    with_parameters.line = entry.line;
    with_parameters[entry.scalar] = parameters;
    entry = std::move(with_parameters);
  } else if (Value& old = entry.entries[0].second;
             old.kind == Value::Kind::map && parameters.kind == Value::Kind::map) {
    merge(old, parameters);
  } else {
    old = parameters;
  }
}

void edit_stage(Value& list, const std::string& name, const Value& edit) {
  const auto named = [&](const Value& entry) { return stage_name(entry) == name; };
  if (edit.is_null()) {
    std::erase_if(list.items, named);
    return;
  }
  bool found = false;
  for (Value& entry : list.items) {
    if (!named(entry)) continue;
    merge_into_stage(entry, edit);
    found = true;
  }
  if (found) return;
  Value entry = Value::map();
  entry.file = edit.file;
  entry.line = edit.line;
  entry[name] = edit;
  list.items.push_back(std::move(entry));
}

/// A setting is one line: its text says where.
void forget_lines(Value& value) {
  value.line = 0;
  for (auto& [key, entry] : value.entries) forget_lines(entry);
  for (Value& item : value.items) forget_lines(item);
}

}  // namespace

void merge(Value& onto, const Value& from) {
  if (from.kind != Value::Kind::map) {
    onto = from;
  } else if (is_stage_list(onto)) {
    for (const auto& [name, edit] : from.entries) edit_stage(onto, name, edit);
  } else if (onto.kind != Value::Kind::map) {
    onto = from;
  } else {
    for (const auto& [key, entry] : from.entries) {
      if (Value* old = onto.find(key)) {
        merge(*old, entry);
      } else {
        onto[key] = entry;
      }
    }
  }
}

void remove_nulls(Value& value) {
  std::erase_if(value.entries, [](const auto& e) { return e.second.is_null(); });
  for (auto& [key, entry] : value.entries) remove_nulls(entry);
  for (Value& item : value.items) {  // `- flip:` is a stage without parameters: it stays
    for (auto& [key, entry] : item.entries) remove_nulls(entry);
  }
}

void apply_setting(Value& onto, const std::string& setting) {
  const std::string place = "--set " + setting;
  const auto equals = setting.find('=');
  if (equals == std::string::npos) throw Error(Origin::usage, "allowed: KEY.KEY=VALUE", place);
  Value patch = parse_yaml(setting.substr(equals + 1), place);
  forget_lines(patch);
  std::string_view path = std::string_view(setting).substr(0, equals);
  while (true) {  // a.b=v is the map {a: {b: v}}, made from the inside out
    const auto dot = path.rfind('.');
    const auto key = path.substr(dot == std::string_view::npos ? 0 : dot + 1);
    if (key.empty()) throw Error(Origin::usage, "a key is empty; allowed: KEY.KEY=VALUE", place);
    Value outer = Value::map();
    outer.file = place;
    outer[key] = std::move(patch);
    patch = std::move(outer);
    if (dot == std::string_view::npos) break;
    path = path.substr(0, dot);
  }
  merge(onto, patch);
}

}  // namespace vggflow
