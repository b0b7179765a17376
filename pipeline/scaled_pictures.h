#pragma once

#include <span>
#include <vector>

#include "base/export.h"
#include "pipeline/picture.h"
#include "pipeline/planner.h"

namespace vggflow {

/// A picture for each of several views. What the views of one scale show, all together, is decoded
/// and resampled once: they are cut from that, or mirror it. The pixels are those of apply().
class VGGFLOW_API ScaledPictures {
 public:
  explicit ScaledPictures(Picture picture) : picture_(std::move(picture)) {}

  /// Told of every view before the first picture is made.
  void expect(const View& view);
  /// Renders what more than one view will be cut from. Error (data) if the file is damaged there.
  void render();
  [[nodiscard]] Picture shown_by(const View& view) const;

 private:
  struct Scale {
    int short_side = 0;
    int views = 0;
    Rect shown;       // of the rescaled picture: the least rectangle around all windows
    Picture picture;  // once rendered: `shown`
  };
  [[nodiscard]] Size rescaled(const View& view) const {
    return rescaled_to_short_side(picture_.size(), view.short_side);
  }

  Picture picture_;
  std::vector<Scale> scales_;
};

}  // namespace vggflow
