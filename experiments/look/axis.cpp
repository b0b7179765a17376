#include "experiments/look/axis.h"

#include <cmath>
#include <cstdio>

namespace vggflow {
namespace {

/// The smallest step of 1, 2 or 5 times a power of ten that makes at most `most` ticks.
double step_of(double high, int most) {
  const double least = high / std::max(1, most - 1);
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1, 2, 5}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

std::vector<double> ticks(double high, int most) {
  const double step = step_of(high, most);
  std::vector<double> found;
  for (int i = 0; i * step <= high * (1 + 1e-9); ++i) found.push_back(i * step);
  return found;
}

double rounded_up(double high, int most) {
  const double step = step_of(high, most);
  return std::ceil(high / step * (1 - 1e-9)) * step;
}

std::string tick_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

}  // namespace vggflow
