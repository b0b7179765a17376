#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// One point of a learning curve.
struct CurvePoint {
  double epoch;
  double value;
  friend bool operator==(const CurvePoint&, const CurvePoint&) = default;
};
using Points = std::vector<CurvePoint>;

/// Of a member of the rows; a row that is not finite is left out.
template <class Row>
[[nodiscard]] Points points_of(const std::vector<Row>& rows, double Row::*member) {
  Points points;
  for (const Row& row : rows) {
    if (std::isfinite(row.epoch) && std::isfinite(row.*member)) {
      points.push_back({row.epoch, row.*member});
    }
  }
  return points;
}

/// At most `most` points: means of as many neighbours as it takes, each at the last one's epoch.
[[nodiscard]] VGGFLOW_API Points thinned(const Points& points, std::size_t most);

}  // namespace vggflow
