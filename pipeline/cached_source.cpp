#include "pipeline/cached_source.h"

#include <bit>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace vggflow {

void CachedSource::decode(int shrink, Decoded& decoded) {
  const Size size = shrunk(source_->size(), shrink);
  decoded.pixels.resize(size);
  try {
    source_->read_shrunk(shrink, {0, 0, size.width, size.height}, decoded.pixels.view());
    decoded.state = State::whole;
  } catch (const Error&) {
    decoded.pixels.resize({});
    decoded.state = State::damaged;
  }
}

void CachedSource::read_shrunk(int by, Rect window, ImageView out) {
  Decoded& decoded = decoded_.at(std::countr_zero(static_cast<unsigned>(by)));
  if (decoded.state == State::unread) decode(by, decoded);
  if (decoded.state == State::damaged) return source_->read_shrunk(by, window, out);
  const ConstImageView in = std::as_const(decoded.pixels).view().window(window);
  const std::size_t row_bytes = static_cast<std::size_t>(window.width) * kChannels;
  for (int y = 0; y < window.height; ++y) std::memcpy(out.row(y), in.row(y), row_bytes);
}

}  // namespace vggflow
