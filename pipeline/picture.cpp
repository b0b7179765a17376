#include "pipeline/picture.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "base/error.h"
#include "pipeline/cached_source.h"

namespace vggflow {
namespace {

/// Memory that only grows, one per thread and purpose: once warm, rendering allocates nothing.
class Scratch {
 public:
  [[nodiscard]] ImageView view(Size size) {
    const std::size_t bytes = static_cast<std::size_t>(size.area()) * kChannels;
    if (bytes_.size() < bytes) bytes_.resize(bytes);
    return {bytes_.data(), size, std::ptrdiff_t{size.width} * kChannels};
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

thread_local Scratch resampler_input;
thread_local Scratch whole_rows;

void copy(ConstImageView from, ImageView to) {
  const std::size_t row_bytes = static_cast<std::size_t>(to.size.width) * kChannels;
  for (int y = 0; y < to.size.height; ++y) std::memcpy(to.row(y), from.row(y), row_bytes);
}

void mirror_rows(ImageView image) {
  for (int y = 0; y < image.size.height; ++y) {
    std::uint8_t* left = image.row(y);
    std::uint8_t* right = image.at(image.size.width - 1, y);
    for (; left < right; left += kChannels, right -= kChannels) {
      std::swap_ranges(left, left + kChannels, right);
    }
  }
}

}  // namespace

void Picture::IndexMap::crop(int start, int count) {
  offset += reversed ? length - start - count : start;
  length = count;
}

Picture::Picture(std::shared_ptr<ImageSource> source, const Resampler& resampler,
                 bool partial_decode, bool scaled_decode)
    : source_(std::move(source)),
      resampler_(&resampler),
      partial_decode_(partial_decode),
      scaled_decode_(scaled_decode) {
  restart(source_->size());
}

void Picture::restart(Size whole) {
  resampling_ = false;
  x_ = {};
  y_ = {};
  x_.pre.length = whole.width;
  y_.pre.length = whole.height;
}

Size Picture::size() const {
  if (resampling_) return {x_.post.length, y_.post.length};
  return {x_.pre.length, y_.pre.length};
}

void Picture::rescale(Size to) {
  if (to.width < 1 || to.height < 1) {
    throw Error(Origin::data, "cannot rescale " + to_string(size()) + " to " + to_string(to) +
                                  "; allowed: sides of at least 1 px");
  }
  if (to == size()) return;  // every profile copies then
  if (resampling_) render_into_own();
  shrink_towards(to);
  if (to == size()) return;
  resampling_ = true;
  x_.resampled = to.width;
  y_.resampled = to.height;
  x_.post = {.offset = 0, .length = to.width};
  y_.post = {.offset = 0, .length = to.height};
}

void Picture::shrink_towards(Size to) {
  if (!scaled_decode_ || !source_ || !source_->shrinks()) return;
  if (shrink_ > 1 || size() != source_->size()) return;
  for (const int by : {8, 4, 2}) {
    const Size decoded = shrunk(source_->size(), by);
    if (decoded.width < to.width || decoded.height < to.height) continue;
    shrink_ = by;
    x_.pre.length = decoded.width;
    y_.pre.length = decoded.height;
    return;
  }
}

void Picture::crop(Rect window) {
  if (!window.within(size())) {
    throw Error(Origin::data, "the window " + to_string(window.size()) + " at (" +
                                  std::to_string(window.x) + ", " + std::to_string(window.y) +
                                  ") is not within the picture of " + to_string(size()) + " px");
  }
  last(x_).crop(window.x, window.width);
  last(y_).crop(window.y, window.height);
}

void Picture::mirror() {
  IndexMap& map = last(x_);
  map.reversed = !map.reversed;
}

void Picture::keep_decoded() {
  if (source_) source_ = std::make_shared<CachedSource>(std::move(source_));
}

Image& Picture::pixels() {
  if (colour_ != ColourAffine{}) {
    throw Error(Origin::spec,
                "a stage that changes pixels comes after one that maps colours; allowed: before");
  }
  if (!owns_what_it_shows()) render_into_own();
  return *own_;
}

/// Pixels of its own, not shared with a copy, and no geometry pending on them.
bool Picture::owns_what_it_shows() const {
  if (!own_ || own_.use_count() > 1) return false;
  return !resampling_ && !x_.pre.reversed && size() == own_->size();
}

void Picture::render_into_own() {
  auto rendered = std::make_shared<Image>(size());
  render(rendered->view());
  own_ = std::move(rendered);
  source_.reset();
  shrink_ = 1;
  restart(own_->size());
}

void Picture::render(ImageView out) const {
  if (resampling_) return render_resampled(out);
  read({x_.pre.offset, y_.pre.offset, x_.pre.length, y_.pre.length}, out);
  if (x_.pre.reversed) mirror_rows(out);
}

void Picture::render_resampled(ImageView out) const {
  const Size in_size{x_.pre.length, y_.pre.length};
  const Size out_size{x_.resampled, y_.resampled};
  const Rect out_window{x_.post.offset, y_.post.offset, x_.post.length, y_.post.length};
  const Rect in_window = resampler_->support(in_size, out_size, out_window);
  resampler_->resample(read_before_resampling(in_window), in_window, in_size, out, out_window,
                       out_size);
  if (x_.post.reversed) mirror_rows(out);
}

/// `window` in the coordinates of the picture as it stood when rescale() was called.
ConstImageView Picture::read_before_resampling(Rect window) const {
  IndexMap x = x_.pre;
  IndexMap y = y_.pre;
  x.crop(window.x, window.width);
  y.crop(window.y, window.height);
  const Rect stored{x.offset, y.offset, x.length, y.length};
  if (own_ && !x.reversed) return std::as_const(*own_).view().window(stored);
  const ImageView buffer = resampler_input.view(stored.size());
  read(stored, buffer);
  if (x.reversed) mirror_rows(buffer);
  return buffer;
}

/// `window` in the coordinates of the source at its scale.
void Picture::read(Rect window, ImageView out) const {
  if (own_) return copy(std::as_const(*own_).view().window(window), out);
  if (partial_decode_) return source_->read_shrunk(shrink_, window, out);
  // Rows below the window are not judged, so that the choice is invisible in what fails, too.
  const int width = shrunk(source_->size(), shrink_).width;
  const Rect from_top{0, 0, width, window.y + window.height};
  const ImageView rows = whole_rows.view(from_top.size());
  source_->read_shrunk(shrink_, from_top, rows);
  copy(rows.window(window), out);
}

}  // namespace vggflow
