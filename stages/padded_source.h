#pragma once

#include "pipeline/picture.h"
#include "stages/colour_fill.h"

namespace vggflow {

/// What stands beyond the edge of a picture: one colour; the nearest pixel of the edge; the picture
/// mirrored at the edge pixel, again and again (numpy's "constant", "edge", "reflect").
enum class Beyond { constant, edge, reflect };

/// Pixels added at each side, px.
struct Margins {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
  friend bool operator==(const Margins&, const Margins&) = default;
};

/// A picture with margins. Of the picture, only what a window shows is rendered.
class PaddedSource final : public ImageSource {
 public:
  PaddedSource(Picture picture, const Margins& margins, Beyond beyond, const Colour& colour)
      : picture_(std::move(picture)), margins_(margins), beyond_(beyond), colour_(colour) {}

  [[nodiscard]] Size size() const override;
  void read(Rect window, ImageView out) override;

 private:
  void render(Rect window, ImageView out) const;
  void frame(Rect window, ImageView out) const;
  void repeat(Rect window, ImageView out) const;

  Picture picture_;
  Margins margins_;
  Beyond beyond_;
  Colour colour_;
};

}  // namespace vggflow
