#include "pipeline/planner.h"

namespace vggflow {
namespace {

/// round-half-up(i * room / (g - 1)).
int grid_offset(int place, int grid, int room) {
  const std::int64_t steps = grid - 1;
  return static_cast<int>((2 * std::int64_t{place} * room + steps) / (2 * steps));
}

}  // namespace

Size View::rendered_size(Size picture) const {
  if (kind != Kind::whole) return {crop, crop};
  return rescaled_to_short_side(picture, short_side);
}

Rect View::window(Size rescaled) const {
  switch (kind) {
    case Kind::whole:
      break;
    case Kind::centre:
      return centre_window(rescaled, {crop, crop});
    case Kind::grid:
      return {grid_offset(column, grid, rescaled.width - crop),
              grid_offset(row, grid, rescaled.height - crop), crop, crop};
  }
  return {0, 0, rescaled.width, rescaled.height};
}

void apply(const View& view, Picture& picture) {
  picture.rescale(rescaled_to_short_side(picture.size(), view.short_side));
  if (view.kind != View::Kind::whole) picture.crop(view.window(picture.size()));
  if (view.mirror) picture.mirror();
}

}  // namespace vggflow
