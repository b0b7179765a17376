#pragma once

#include <string_view>

#include "pipeline/dataset/label_text.h"

namespace vggflow {

/// Calls `line(text, number)` for each line that is not blank; numbers start at 1. UTF-8's
/// byte-order mark is none of the text.
template <class Line>
void for_each_line(std::string_view text, const Line& line) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view one = trimmed(text.substr(0, end));
    if (!one.empty()) line(one, number);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace vggflow
