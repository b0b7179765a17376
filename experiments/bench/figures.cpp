#include "experiments/bench/figures.h"

#include <cstdarg>
#include <cstdio>

namespace vggflow {

std::string formatted(const char* format, ...) {
  char line[240];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  return line;
}

std::string text_of_rate(const char* name, const Spread& rate, const char* unit,
                         const std::string& more) {
  return formatted("%-26s %8.2f %s (%.2f to %.2f)", name, rate.median, unit, rate.least,
                   rate.most) +
         more + "\n";
}

std::string text_of_ratio(const char* name, const Spread& ratio) {
  return formatted("%-26s %8.3f (%.3f to %.3f)\n", name, ratio.median, ratio.least, ratio.most);
}

std::string text_of_failed(const std::vector<FailedSample>& failed) {
  if (failed.empty()) return {};
  return "failed images: " + std::to_string(failed.size()) + "; the first: " + failed.front().name +
         ": " + failed.front().reason + "\n";
}

nlohmann::ordered_json to_json(const Spread& spread) {
  return {{"median", spread.median}, {"least", spread.least}, {"most", spread.most}};
}

nlohmann::ordered_json to_json(const std::optional<Spread>& spread) {
  return spread ? to_json(*spread) : nlohmann::ordered_json();
}

nlohmann::ordered_json to_json(const std::optional<double>& figure) {
  return figure ? nlohmann::ordered_json(*figure) : nlohmann::ordered_json();
}

nlohmann::ordered_json median_of(const std::optional<Spread>& spread) {
  return spread ? nlohmann::ordered_json(spread->median) : nlohmann::ordered_json();
}

}  // namespace vggflow
