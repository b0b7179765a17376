#include "stages/random_part.h"

#include <cmath>

namespace vggflow {
namespace {

/// exp(log lo + u (log hi - log lo)), u = bits / 2^32: each bit halves the range at its geometric
/// mean. Square roots are the same on every machine to the last bit; exp and log are not.
double log_uniform(Range range, std::uint32_t bits) {
  for (std::uint32_t bit = 1U << 31; bit != 0; bit >>= 1) {
    const double middle = std::sqrt(range.lo * range.hi);
    ((bits & bit) != 0 ? range.lo : range.hi) = middle;
  }
  return range.lo;
}

}  // namespace

Size random_part(Size whole, Range area, Range aspect, Rng& rng) {
  const double pixels = static_cast<double>(whole.area()) * area.at(rng.uniform());
  const double ratio = log_uniform(aspect, rng.bits());
  return {static_cast<int>(std::nearbyint(std::sqrt(pixels * ratio))),
          static_cast<int>(std::nearbyint(std::sqrt(pixels / ratio)))};
}

Rect placed_at_random(Size part, Size whole, Rng& rng) {
  const auto x = static_cast<int>(rng.between(0, whole.width - part.width));
  const auto y = static_cast<int>(rng.between(0, whole.height - part.height));
  return {x, y, part.width, part.height};
}

}  // namespace vggflow
