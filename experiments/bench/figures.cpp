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

nlohmann::ordered_json to_json(const Spread& spread) {
  return {{"median", spread.median}, {"least", spread.least}, {"most", spread.most}};
}

}  // namespace vggflow
