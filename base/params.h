#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.h"
#include "base/value.h"

namespace vggflow {

/// One parameter of a stage, a layer or a section of a spec: what the reader checks and what
/// `vggflow stages` prints come from the same line.
struct ParamSpec {
  std::string_view key;
  std::string_view fallback = {};  ///< the default as it would be written; empty: required
  std::string_view unit = {};      ///< "px", "u8 levels"; empty: none
  std::string_view doc = {};
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::string_view choices = {};  ///< of `choice`: the allowed words, separated by '|'
};

/// A checked view of one map. Every read names the key; a missing required key, a wrong type or a
/// value out of bounds throws Error (spec) with file and line, the key's path, the value and what
/// is allowed. `finish()` does the same for keys that nobody asked for.
class VGGFLOW_API Params {
 public:
  /// `path` is how messages call this map: "pipeline[2].random_crop", "train.sgd".
  /// A null value stands for an empty map. Keeps a reference to `map`.
  Params(const Value& map, std::string path);
  Params(Value&&, std::string) = delete;

  [[nodiscard]] bool has(std::string_view key) const;

  [[nodiscard]] std::int64_t integer(const ParamSpec& spec);
  [[nodiscard]] double number(const ParamSpec& spec);
  [[nodiscard]] bool flag(const ParamSpec& spec);
  [[nodiscard]] std::string text(const ParamSpec& spec);
  [[nodiscard]] std::string choice(const ParamSpec& spec);
  /// `count` 0: any number of entries, at least one.
  [[nodiscard]] std::vector<double> numbers(const ParamSpec& spec, std::size_t count = 0);
  [[nodiscard]] std::vector<std::int64_t> integers(const ParamSpec& spec, std::size_t count = 0);

  /// The raw entry, marked as read; null when missing.
  [[nodiscard]] const Value* value(std::string_view key);
  /// The entry as a map of its own; an empty one when missing.
  [[nodiscard]] Params map(std::string_view key);

  /// Throws for keys that were never asked for, saying which are known.
  void finish() const;

  /// An Error at this key: "FILE:LINE: PATH.KEY: MESSAGE".
  [[noreturn]] void fail(std::string_view key, const std::string& message) const;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path(std::string_view key) const;
  [[nodiscard]] const Value& all() const { return *map_; }

 private:
  /// The value written for the key, or the fallback's; throws when there is neither.
  [[nodiscard]] Value lookup(const ParamSpec& spec);
  [[nodiscard]] double bounded_number(const ParamSpec& spec, const Value& value) const;
  [[nodiscard]] std::int64_t bounded_integer(const ParamSpec& spec, const Value& value) const;
  [[nodiscard]] std::vector<Value> entries_of(const ParamSpec& spec, std::size_t count);
  [[noreturn]] void wrong(const ParamSpec& spec, const Value& value,
                          const std::string& wanted) const;

  const Value* map_;
  std::string place_;
  std::string path_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace vggflow
