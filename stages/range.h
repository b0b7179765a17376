#pragma once

#include "base/params.h"

namespace vggflow {

/// What a random number is drawn from, both bounds included; lo <= hi.
struct Range {
  double lo = 0;
  double hi = 0;
  /// u in [0, 1): uniform.
  [[nodiscard]] double at(double u) const { return lo + (hi - lo) * u; }
};

/// Reads "[lo, hi]". Error (spec) if lo > hi.
[[nodiscard]] Range read_range(Params& params, const ParamSpec& spec);

}  // namespace vggflow
