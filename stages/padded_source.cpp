#include "stages/padded_source.h"

#include <algorithm>
#include <utility>

namespace vggflow {
namespace {

/// The index that stands at `i` along an axis of the picture.
int repeated(int i, int length, Beyond beyond) {
  if (beyond == Beyond::edge || length == 1) return std::clamp(i, 0, length - 1);
  const int period = 2 * (length - 1);
  const int phase = (i % period + period) % period;
  return phase < length ? phase : period - phase;
}

struct Span {
  int first = 0;
  int length = 0;
};

/// The least span that holds what stands at first ... first + length - 1.
Span repeated_span(Span span, int length, Beyond beyond) {
  int least = length;
  int most = -1;
  for (int i = span.first; i < span.first + span.length; ++i) {
    const int index = repeated(i, length, beyond);
    least = std::min(least, index);
    most = std::max(most, index);
  }
  return {least, most - least + 1};
}

Span clipped(Span span, int length) {
  const int first = std::max(span.first, 0);
  return {first, std::min(span.first + span.length, length) - first};
}

}  // namespace

Size PaddedSource::size() const {
  const Size inner = picture_.size();
  return {inner.width + margins_.left + margins_.right,
          inner.height + margins_.top + margins_.bottom};
}

void PaddedSource::read(Rect window, ImageView out) {
  window.x -= margins_.left;
  window.y -= margins_.top;
  if (window.within(picture_.size())) return render(window, out);
  if (beyond_ == Beyond::constant) return frame(window, out);
  repeat(window, out);
}

// From here on, windows are in the coordinates of the picture within.

void PaddedSource::render(Rect window, ImageView out) const {
  Picture part = picture_;
  part.crop(window);
  part.render(out);
}

void PaddedSource::frame(Rect window, ImageView out) const {
  fill(out, colour_);
  const Span x = clipped({window.x, window.width}, picture_.size().width);
  const Span y = clipped({window.y, window.height}, picture_.size().height);
  const Rect shown{x.first, y.first, x.length, y.length};
  if (shown.width <= 0 || shown.height <= 0) return;
  render(shown, out.window({shown.x - window.x, shown.y - window.y, shown.width, shown.height}));
}

void PaddedSource::repeat(Rect window, ImageView out) const {
  const Size inner = picture_.size();
  const Span x = repeated_span({window.x, window.width}, inner.width, beyond_);
  const Span y = repeated_span({window.y, window.height}, inner.height, beyond_);
  Image needed({x.length, y.length});
  render({x.first, y.first, x.length, y.length}, needed.view());
  const ConstImageView from = std::as_const(needed).view();
  for (int to_y = 0; to_y < window.height; ++to_y) {
    const int from_y = repeated(window.y + to_y, inner.height, beyond_) - y.first;
    std::uint8_t* to = out.row(to_y);
    for (int to_x = 0; to_x < window.width; ++to_x, to += kChannels) {
      const int from_x = repeated(window.x + to_x, inner.width, beyond_) - x.first;
      std::copy_n(from.at(from_x, from_y), kChannels, to);
    }
  }
}

}  // namespace vggflow
