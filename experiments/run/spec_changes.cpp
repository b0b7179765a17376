#include "experiments/run/spec_changes.h"

#include <initializer_list>

namespace vggflow {
namespace {

/// Drops `keys` of a section, and the section when nothing is left of it.
void drop(Value& spec, std::string_view section, std::initializer_list<std::string_view> keys) {
  Value* entries = spec.find(section);
  if (entries == nullptr) return;
  for (const std::string_view key : keys) entries->erase(key);
  if (entries->entries.empty()) spec.erase(section);
}

/// On one line, as YAML people write it.
std::string text_of(const Value* value) {
  if (value == nullptr) return "not given";
  switch (value->kind) {
    case Value::Kind::null:
      return "null";
    case Value::Kind::scalar:
      return value->scalar;
    case Value::Kind::list: {
      std::string text;
      for (const Value& item : value->items) text += (text.empty() ? "" : ", ") + text_of(&item);
      return "[" + text + "]";
    }
    case Value::Kind::map:
      break;
  }
  std::string text;
  for (const auto& [key, entry] : value->entries) {
    text += (text.empty() ? "" : ", ") + key + ": " + text_of(&entry);
  }
  return "{" + text + "}";
}

class Comparison {
 public:
  void compare(const std::string& path, const Value* then, const Value* now) {
    if (then != nullptr && now != nullptr && then->kind == now->kind) {
      if (then->kind == Value::Kind::map) return compare_maps(path, *then, *now);
      if (then->kind == Value::Kind::list && then->items.size() == now->items.size()) {
        return compare_items(path, *then, *now);
      }
    }
    const std::string was = text_of(then);
    const std::string is = text_of(now);
    if (was != is) found_.push_back(path + " was " + was + ", is " + is);
  }
  [[nodiscard]] std::vector<std::string> found() && { return std::move(found_); }

 private:
  void compare_maps(const std::string& path, const Value& then, const Value& now) {
    const std::string prefix = path.empty() ? "" : path + ".";
    for (const auto& [key, entry] : then.entries) compare(prefix + key, &entry, now.find(key));
    for (const auto& [key, entry] : now.entries) {
      if (then.find(key) == nullptr) compare(prefix + key, nullptr, &entry);
    }
  }
  void compare_items(const std::string& path, const Value& then, const Value& now) {
    for (std::size_t i = 0; i < then.items.size(); ++i) {
      compare(path + "[" + std::to_string(i) + "]", &then.items[i], &now.items[i]);
    }
  }

  std::vector<std::string> found_;
};

}  // namespace

Value training_part(Value resolved) {
  resolved.erase("evaluate");
  const Value* train = resolved.find("train");
  if (train == nullptr || train->find("validation") == nullptr) drop(resolved, "data", {"val"});
  drop(resolved, "train", {"checkpoint", "log_every"});
  drop(resolved, "feed", {"workers", "prefetch", "max_errors"});
  drop(resolved, "compute", {"threads", "workspace"});
  return resolved;
}

Value lasting_part(Value resolved) {
  Value part = training_part(std::move(resolved));
  drop(part, "data", {"val"});
  if (Value* train = part.find("train")) drop(*train, "sgd", {"rate"});
  drop(part, "train",
       {"iterations", "epochs", "schedule", "warmup", "validation", "early_stop", "on_nan"});
  return part;
}

std::vector<std::string> changes(const Value& then, const Value& now) {
  Comparison comparison;
  comparison.compare("", &then, &now);
  return std::move(comparison).found();
}

}  // namespace vggflow
