#include "experiments/spec/spec.h"

namespace vggflow {
namespace {

using Kind = ViewsSpec::Kind;

constexpr int kCorners = 2;  // the corners are the places of a 2x2 grid

/// The windows of one scale, row by row; mirrors come later.
std::vector<View> windows(const ViewsSpec& views, int scale, int crop) {
  const View whole{.kind = View::Kind::whole, .short_side = scale};
  const View centre{.kind = View::Kind::centre, .short_side = scale, .crop = crop};
  if (views.kind == Kind::dense) return {whole};
  if (views.kind == Kind::center) return {centre};
  const int grid = views.kind == Kind::ten_crop ? kCorners : views.grid;
  std::vector<View> all;
  for (int row = 0; row < grid; ++row) {
    for (int column = 0; column < grid; ++column) {
      all.push_back({.kind = View::Kind::grid,
                     .short_side = scale,
                     .crop = crop,
                     .grid = grid,
                     .column = column,
                     .row = row});
    }
  }
  if (views.kind == Kind::ten_crop) all.push_back(centre);
  return all;
}

}  // namespace

std::string ViewsSpec::text() const {
  const std::string mirrored = mirror ? "+mirror" : "";
  switch (kind) {
    case Kind::dense:
      return "dense" + mirrored;
    case Kind::center:
      return "center" + mirrored;
    case Kind::grid:
      return "grid" + std::to_string(grid) + mirrored;
    case Kind::ten_crop:
      break;
  }
  return "ten_crop";
}

std::vector<View> EvaluationSpec::all_views(int crop) const {
  std::vector<View> all;
  for (const int scale : scales) {
    for (View view : windows(views, scale, crop)) {
      all.push_back(view);
      view.mirror = true;
      if (views.mirror) all.push_back(view);
    }
  }
  return all;
}

}  // namespace vggflow
