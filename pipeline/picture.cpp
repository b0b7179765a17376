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

Picture::Picture(std::shared_ptr<ImageSource> source, const Resampler& resampler, Decoding decoding,
                 std::pmr::memory_resource* memory)
    : source_(std::move(source)), resampler_(&resampler), memory_(memory), decoding_(decoding) {
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
  if (resampling_ || source_resamples_) render_into_own();
  shrink_towards(to);
  if (to == size()) return;
  resampling_ = true;
  x_.resampled = to.width;
  y_.resampled = to.height;
  x_.post = {.offset = 0, .length = to.width};
  y_.post = {.offset = 0, .length = to.height};
}

void Picture::shrink_towards(Size to) {
  if (!decoding_.scaled || !source_ || !source_->shrinks()) return;
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

void Picture::show(std::shared_ptr<ImageSource> source) {
  source_resamples_ = source_resamples_ || resampling_;
  shows_file_ = false;
  source_ = std::move(source);
  own_.reset();
  shrink_ = 1;
  decoding_.partial = true;  // a copy of this picture that the source draws on keeps to its own
  restart(source_->size());
}

void Picture::keep_decoded() {
  if (!source_) return;
  source_ = std::allocate_shared<CachedSource>(
      std::pmr::polymorphic_allocator<CachedSource>(memory_), std::move(source_), memory_);
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
  auto rendered = std::allocate_shared<Image>(std::pmr::polymorphic_allocator<std::byte>(memory_),
                                              size(), memory_);
  render(rendered->view());
  own_ = std::move(rendered);
  source_.reset();
  source_resamples_ = false;
  shows_file_ = false;
  shrink_ = 1;
  restart(own_->size());
}

void Picture::render(ImageView out) const {
  if (resampling_) return render_resampled(out);
  read({x_.pre.offset, y_.pre.offset, x_.pre.length, y_.pre.length}, out);
  if (x_.pre.reversed) mirror_rows(out);
}

void Picture::render_resampled(ImageView out) const {
  const Resampling what = pending_resampling();
  const Rect in_window = resampler_->support(what);
  resampler_->resample(read_before_resampling(in_window), in_window, what, out);
}

Resampling Picture::pending_resampling() const {
  return {.in = {x_.pre.length, y_.pre.length},
          .out = {x_.resampled, y_.resampled},
          .window = {x_.post.offset, y_.post.offset, x_.post.length, y_.post.length},
          .mirrored = x_.post.reversed};
}

/// A window of the picture as it stood when rescale() was called, in the source's coordinates.
Rect Picture::stored(Rect window) const {
  IndexMap x = x_.pre;
  IndexMap y = y_.pre;
  x.crop(window.x, window.width);
  y.crop(window.y, window.height);
  return {x.offset, y.offset, x.length, y.length};
}

/// `window` in the coordinates of the picture as it stood when rescale() was called.
ConstImageView Picture::read_before_resampling(Rect window) const {
  const Rect from = stored(window);
  if (own_ && !x_.pre.reversed) return std::as_const(*own_).view().window(from);
  const ImageView buffer = resampler_input.view(from.size());
  read(from, buffer);
  if (x_.pre.reversed) mirror_rows(buffer);
  return buffer;
}

/// Of the picture as it is stored: a codec's scale, if any, is undone.
Picture::Rendering Picture::pending() const {
  const Size whole = source_ ? source_->size() : own_->size();
  const auto unshrunk = [&](Rect window) {
    const int x = window.x * shrink_;
    const int y = window.y * shrink_;
    return Rect{x, y, std::min(window.width * shrink_, whole.width - x),
                std::min(window.height * shrink_, whole.height - y)};
  };
  Rendering rendering{
      .region = unshrunk({x_.pre.offset, y_.pre.offset, x_.pre.length, y_.pre.length}),
      .mirrored = x_.pre.reversed,
      .resampling = {},
      .read = {},
      .of_file = shows_file_};
  rendering.read = rendering.region;
  if (resampling_) {
    rendering.resampling = pending_resampling();
    rendering.read = unshrunk(stored(resampler_->support(*rendering.resampling)));
  }
  return rendering;
}

std::optional<Picture::Window> Picture::window() const {
  if (!own_ || resampling_) return std::nullopt;
  const Rect where{x_.pre.offset, y_.pre.offset, x_.pre.length, y_.pre.length};
  return Window{own_.get(), where, x_.pre.reversed};
}

/// `window` in the coordinates of the source at its scale.
void Picture::read(Rect window, ImageView out) const {
  if (own_) return copy(std::as_const(*own_).view().window(window), out);
  if (decoding_.partial) return source_->read_shrunk(shrink_, window, out);
  // Rows below the window are not judged, so that the choice is invisible in what fails, too.
  const int width = shrunk(source_->size(), shrink_).width;
  const Rect from_top{0, 0, width, window.y + window.height};
  const ImageView rows = whole_rows.view(from_top.size());
  source_->read_shrunk(shrink_, from_top, rows);
  copy(rows.window(window), out);
}

}  // namespace vggflow
