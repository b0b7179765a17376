#include "pipeline/dataset/label_text.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace vggflow {

std::string_view trimmed_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

std::string_view trimmed(std::string_view text) {
  return trimmed_end(text.substr(std::min(text.find_first_not_of(kBlank), text.size())));
}

std::optional<std::int32_t> parsed_label(std::string_view digits) {
  std::int32_t label = 0;
  const char* last = digits.data() + digits.size();
  const auto [end, failure] = std::from_chars(digits.data(), last, label);
  if (failure != std::errc{} || end != last || label < 0) return std::nullopt;
  return label;
}

std::vector<std::string> numbered_classes(std::int32_t count) {
  std::vector<std::string> names;
  for (std::int32_t label = 0; label < count; ++label) names.push_back(std::to_string(label));
  return names;
}

}  // namespace vggflow
