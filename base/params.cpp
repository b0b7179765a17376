#include "base/params.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/error.h"

namespace vggflow {
namespace {

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  // from_chars takes a minus but no plus.
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string shortest(double number) {
  std::array<char, 32> text{};
  const auto [end, failure] = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end};
}

std::string bounds_text(const ParamSpec& spec) {
  if (std::isfinite(spec.min) && std::isfinite(spec.max)) {
    return " from " + shortest(spec.min) + " to " + shortest(spec.max);
  }
  if (std::isfinite(spec.min)) return " >= " + shortest(spec.min);
  if (std::isfinite(spec.max)) return " <= " + shortest(spec.max);
  return "";
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find(separator);
    std::string_view part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    parts.emplace_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// A default is written as in a spec: "0.5", "dense" or "[1, 2, 3]".
Value from_fallback(std::string_view text) {
  if (!text.starts_with('[')) return Value::text(std::string(text));
  Value list = Value::list();
  for (std::string& part : split(text.substr(1, text.size() - 2), ',')) {
    list.items.push_back(Value::text(std::move(part)));
  }
  return list;
}

std::string shown(const Value& value) {
  if (value.kind == Value::Kind::scalar) {
    return "'" + value.scalar + "'" + (value.made_of.empty() ? "" : ", " + value.made_of);
  }
  const bool empty = value.kind == Value::Kind::list && value.items.empty();
  return empty ? "an empty list" : std::string(to_string(value.kind));
}

}  // namespace

Params::Params(const Value& map, std::string path)
    : map_(&map), place_(map.place()), path_(std::move(path)) {
  if (map.kind == Value::Kind::map || map.is_null()) return;
  throw Error(Origin::spec, path_ + ": got " + shown(map) + "; allowed: a map of keys and values",
              map.place());
}

bool Params::has(std::string_view key) const { return map_->find(key) != nullptr; }

std::string Params::path(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void Params::fail(std::string_view key, const std::string& message) const {
  const Value* entry = map_->find(key);
  throw Error(Origin::spec, path(key) + ": " + message, entry ? entry->place() : place_);
}

void Params::wrong(const ParamSpec& spec, const Value& value, const std::string& wanted) const {
  fail(spec.key, "got " + shown(value) + "; allowed: " + wanted);
}

const Value* Params::value(std::string_view key) {
  asked_.emplace(key);
  return map_->find(key);
}

Params Params::map(std::string_view key) {
  static const Value kEmpty = Value::map();
  const Value* entry = value(key);
  Params section(entry ? *entry : kEmpty, path(key));
  if (section.place_.empty()) section.place_ = place_;  // a missing section is missing here
  return section;
}

Value Params::lookup(const ParamSpec& spec) {
  if (const Value* entry = value(spec.key)) return *entry;
  if (spec.fallback.empty()) {
    fail(spec.key, "is missing" + (spec.doc.empty() ? "" : "; it gives " + std::string(spec.doc)));
  }
  return from_fallback(spec.fallback);
}

double Params::bounded_number(const ParamSpec& spec, const Value& value) const {
  const auto number = parsed<double>(value.scalar);
  if (value.kind != Value::Kind::scalar || !number || !std::isfinite(*number) ||
      *number < spec.min || *number > spec.max) {
    wrong(spec, value, "a number" + bounds_text(spec));
  }
  return *number;
}

std::int64_t Params::bounded_integer(const ParamSpec& spec, const Value& value) const {
  const auto number = parsed<std::int64_t>(value.scalar);
  if (value.kind != Value::Kind::scalar || !number || static_cast<double>(*number) < spec.min ||
      static_cast<double>(*number) > spec.max) {
    wrong(spec, value, "a whole number" + bounds_text(spec));
  }
  return *number;
}

std::int64_t Params::integer(const ParamSpec& spec) { return bounded_integer(spec, lookup(spec)); }

double Params::number(const ParamSpec& spec) { return bounded_number(spec, lookup(spec)); }

bool Params::flag(const ParamSpec& spec) {
  const Value value = lookup(spec);
  if (value.kind == Value::Kind::scalar && value.scalar == "true") return true;
  if (value.kind == Value::Kind::scalar && value.scalar == "false") return false;
  wrong(spec, value, "true or false");
}

std::string Params::text(const ParamSpec& spec) {
  Value value = lookup(spec);
  if (value.kind != Value::Kind::scalar || value.scalar.empty()) wrong(spec, value, "a text");
  return std::move(value.scalar);
}

std::string Params::choice(const ParamSpec& spec) {
  Value value = lookup(spec);
  const auto words = split(spec.choices, '|');
  for (const std::string& word : words) {
    if (value.kind == Value::Kind::scalar && value.scalar == word) return word;
  }
  wrong(spec, value, joined(words));
}

std::vector<Value> Params::entries_of(const ParamSpec& spec, std::size_t count) {
  Value value = lookup(spec);
  if (value.kind != Value::Kind::list || value.items.empty() ||
      (count > 0 && value.items.size() != count)) {
    wrong(spec, value,
          count > 0 ? "a list of " + std::to_string(count) + " numbers"
                    : "a list of at least one number" + bounds_text(spec));
  }
  return std::move(value.items);
}

std::vector<double> Params::numbers(const ParamSpec& spec, std::size_t count) {
  std::vector<double> numbers;
  for (const Value& entry : entries_of(spec, count)) numbers.push_back(bounded_number(spec, entry));
  return numbers;
}

std::vector<std::int64_t> Params::integers(const ParamSpec& spec, std::size_t count) {
  std::vector<std::int64_t> numbers;
  for (const Value& entry : entries_of(spec, count))
    numbers.push_back(bounded_integer(spec, entry));
  return numbers;
}

void Params::finish() const {
  for (const auto& [key, entry] : map_->entries) {
    if (asked_.contains(key)) continue;
    fail(key, "is not a known key; allowed: " +
                  (asked_.empty() ? std::string("none") : joined(asked_, ", ")));
  }
}

}  // namespace vggflow
