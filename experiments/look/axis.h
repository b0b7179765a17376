#pragma once

#include <string>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// Values along a line of a picture, from `low` at `from` to `high` at `to`, px.
struct VGGFLOW_API Axis {
  double low = 0;
  double high = 1;
  double from = 0;
  double to = 1;

  [[nodiscard]] double place(double value) const {
    return from + (value - low) / (high - low) * (to - from);
  }
};

/// Where ticks stand: multiples of 1, 2 or 5 times a power of ten, at most `most` of them from 0 to
/// `high`; the last one is at or below it. `high` is finite and > 0.
[[nodiscard]] VGGFLOW_API std::vector<double> ticks(double high, int most);

/// The first tick of that sort that is not below the value: where an axis ends well.
[[nodiscard]] VGGFLOW_API double rounded_up(double high, int most);

/// "0.001", "20", "1e+06".
[[nodiscard]] VGGFLOW_API std::string tick_text(double value);

}  // namespace vggflow
