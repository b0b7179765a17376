#pragma once

#include <string>
#include <string_view>

#include "base/export.h"

namespace vggflow {

/// The text as XML 1.0 may hold it between tags and in quoted attributes: its own characters
/// escaped, what is no UTF-8 or not allowed (most control characters) as U+FFFD.
[[nodiscard]] VGGFLOW_API std::string xml_text(std::string_view text);

/// At most `most` code points of UTF-8; a longer text ends with an ellipsis.
[[nodiscard]] VGGFLOW_API std::string cut_after(std::string_view text, std::size_t most);

}  // namespace vggflow
