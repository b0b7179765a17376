#include "experiments/look/svg.h"

#include <cstdint>

namespace vggflow {
namespace {

/// Length of the code point that starts the text, bytes; 0 if it is none of UTF-8 (RFC 3629) or
/// none that XML 1.0 (section 2.2) allows.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 32 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  std::uint32_t point = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    point = point << 6U | (byte(i) & 0x3FU);
  }
  const bool overlong = point < (length == 2 ? 0x80U : length == 3 ? 0x800U : 0x10000U);
  const bool surrogate = point >= 0xD800 && point < 0xE000;
  const bool allowed = point != 0xFFFE && point != 0xFFFF && point <= 0x10FFFF;
  return !overlong && !surrogate && allowed ? length : 0;
}

std::string_view escaped(std::string_view character) {
  switch (character.front()) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return character;
  }
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    out += length > 0 ? escaped(text.substr(0, length)) : "\xEF\xBF\xBD";
    text.remove_prefix(length > 0 ? length : 1);
  }
  return out;
}

std::string cut_after(std::string_view text, std::size_t most) {
  std::size_t points = 0;
  std::size_t kept = 0;  // bytes of the first `most` - 1 code points
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    if (points == most - 1) kept = i;
    ++points;
  }
  if (points <= most) return std::string(text);
  return std::string(text.substr(0, kept)) + "\xE2\x80\xA6";
}

}  // namespace vggflow
