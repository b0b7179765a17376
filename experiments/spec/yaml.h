#pragma once

#include <string>

#include "base/value.h"

namespace vggflow {

/// One YAML document as plain data, with the file and line of every node; an empty text is null.
/// Error (spec) with "file:line" for bad YAML, duplicate keys or several documents.
[[nodiscard]] Value parse_yaml(const std::string& text, const std::string& file);

}  // namespace vggflow
