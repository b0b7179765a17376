#include "experiments/look/curve_points.h"

#include <algorithm>

namespace vggflow {

Points thinned(const Points& points, std::size_t most) {
  const std::size_t each = (points.size() + most - 1) / most;
  if (each <= 1) return points;
  Points means;
  for (std::size_t from = 0; from < points.size(); from += each) {
    const std::size_t to = std::min(from + each, points.size());
    double sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += points[i].value;
    means.push_back({points[to - 1].epoch, sum / static_cast<double>(to - from)});
  }
  return means;
}

}  // namespace vggflow
