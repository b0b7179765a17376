#pragma once

#include <array>
#include <string_view>

namespace vggflow {

/// Point in an object's own coordinates: origin at its centre, 1 its outer radius.
struct Point {
  double x = 0;
  double y = 0;
};

/// A named set of points: the outline of an object, or where its texture shows the second colour.
struct Motif {
  std::string_view name;
  bool (*holds)(Point p);
};

/// "disc", "ring", ...; all within the unit disc and told apart by more than their area.
extern const std::array<Motif, 8> kShapes;
/// "plain", "striped", ...; periods near 1 of the texture's own scale. Two neighbours (0 and 1, 2
/// and 3, ...) differ clearly.
extern const std::array<Motif, 6> kTextures;

}  // namespace vggflow
