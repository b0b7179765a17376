#include "experiments/training/progress_line.h"

#include <algorithm>
#include <vector>

#include "experiments/look/svg.h"

namespace vggflow {
namespace {

constexpr const char* kGap = "  ";
constexpr std::size_t kLeastBar = 10;  // columns, without its brackets
constexpr std::size_t kMostBar = 40;

std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find(kGap, from), text.size());
    if (to > from) parts.push_back(text.substr(from, to - from));
    from = std::min(text.size(), text.find_first_not_of(' ', to));
  }
  return parts;
}

std::string with_gaps(const std::vector<std::string>& parts) {
  std::string line;
  for (const std::string& part : parts) {
    if (!part.empty()) line += (line.empty() ? "" : kGap) + part;
  }
  return line;
}

std::string bar(const ProgressFacts& facts, std::size_t columns) {
  const double share = facts.total == 0 ? 1
                                        : static_cast<double>(std::min(facts.done, facts.total)) /
                                              static_cast<double>(facts.total);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(columns));
  std::string text(filled, '=');
  if (filled < columns) text += '>';
  text.resize(columns, ' ');
  return "[" + text + "]";
}

std::string count(const ProgressFacts& facts) {
  return std::to_string(facts.done) + "/" + std::to_string(facts.total);
}

}  // namespace

std::string plain_progress(const ProgressFacts& facts) {
  return with_gaps({facts.title, count(facts), facts.text, "ETA " + facts.remaining});
}

std::string progress_line(const ProgressFacts& facts, std::size_t columns) {
  const std::string eta = "ETA " + facts.remaining;
  std::vector<std::string> texts = parts_of(facts.text);
  for (;; texts.pop_back()) {
    const std::string text = with_gaps(texts);
    const std::size_t others = width(with_gaps({facts.title, "[]", count(facts), text, eta}));
    if (others + kLeastBar <= columns) {
      const std::string drawn = bar(facts, std::min(columns - others, kMostBar));
      return with_gaps({facts.title, drawn, count(facts), text, eta});
    }
    if (texts.empty()) break;
  }
  const std::string short_of = with_gaps({facts.title, count(facts), eta});
  if (width(short_of) <= columns) return short_of;
  const std::size_t left = columns - std::min(columns, width(kGap + count(facts)));
  return with_gaps({left == 0 ? "" : cut_after(facts.title, left), count(facts)});
}

}  // namespace vggflow
