#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vggflow {

inline constexpr std::string_view kBlank = " \t\r";

[[nodiscard]] std::string_view trimmed_end(std::string_view text);
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// A whole number from 0, all of the text; nothing for anything else.
[[nodiscard]] std::optional<std::int32_t> parsed_label(std::string_view digits);

/// The names "0" ... "count-1" of classes that are known by number only.
[[nodiscard]] std::vector<std::string> numbered_classes(std::int32_t count);

}  // namespace vggflow
