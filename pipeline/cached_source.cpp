#include "pipeline/cached_source.h"

#include <cstring>
#include <utility>

#include "base/error.h"

namespace vggflow {

void CachedSource::decode() {
  const Size size = source_->size();
  whole_.resize(size);
  try {
    source_->read({0, 0, size.width, size.height}, whole_.view());
    state_ = State::whole;
  } catch (const Error&) {
    whole_.resize({});
    state_ = State::damaged;
  }
}

void CachedSource::read(Rect window, ImageView out) {
  if (state_ == State::unread) decode();
  if (state_ == State::damaged) return source_->read(window, out);
  const ConstImageView in = std::as_const(whole_).view().window(window);
  const std::size_t row_bytes = static_cast<std::size_t>(window.width) * kChannels;
  for (int y = 0; y < window.height; ++y) std::memcpy(out.row(y), in.row(y), row_bytes);
}

}  // namespace vggflow
