#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// A node of a spec as plain data: null, scalar, list or map, and the line it was written on.
/// Stages and nets read it through `Params`; what text format it came from is the reader's
/// business.
struct VGGFLOW_API Value {
  struct Entry;
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string scalar;          ///< a scalar as written, without quotes
  std::vector<Value> items;    ///< of a list
  std::vector<Entry> entries;  ///< of a map, in the order written
  std::string file;            ///< where it was written; may be empty
  int line = 0;                ///< from 1; 0: not from a file
  std::string made_of = {};  ///< of a scalar that was not written so: "200 divided by miniature 8"

  [[nodiscard]] static Value text(std::string scalar);
  [[nodiscard]] static Value map();
  [[nodiscard]] static Value list();

  [[nodiscard]] bool is_null() const { return kind == Kind::null; }
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  /// The entry of a map, made if missing.
  Value& operator[](std::string_view key);
  void erase(std::string_view key);
  /// "specs/D.yaml:12", or the file alone, or nothing.
  [[nodiscard]] std::string place() const;
};

/// Not a std::pair, whose constructors clang wants to know before Value is complete.
struct Value::Entry {
  std::string first;  ///< the key
  Value second;
};

/// "a map", "a list", ... for messages.
[[nodiscard]] VGGFLOW_API std::string_view to_string(Value::Kind kind);

}  // namespace vggflow
