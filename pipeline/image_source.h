#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/geometry.h"
#include "base/image.h"

namespace vggflow {

/// An encoded image whose header has been read. Used by one thread at a time.
class ImageSource {
 public:
  virtual ~ImageSource() = default;
  /// As stored; orientation tags are ignored, as Caffe, Matlab and Pillow do.
  [[nodiscard]] virtual Size size() const = 0;
  /// Decodes exactly `window` (inside size()) into `out` of the window's size. The pixels equal
  /// those of a full decode bit for bit. Throws Error (data) if the file is damaged up to the last
  /// row of the window; what lies below is not looked at, however much of it was read.
  virtual void read(Rect window, ImageView out) = 0;

  /// Whether the codec itself can decode smaller pictures: read_shrunk().
  [[nodiscard]] virtual bool shrinks() const { return false; }
  /// As read(), of the picture that the codec makes at 1/`by` (1, 2, 4 or 8) of the size: of size
  /// shrunk(size(), by), another picture than any resampling gives.
  virtual void read_shrunk(int by, Rect window, ImageView out) {
    if (by != 1) throw Error(Origin::system, "a codec is asked for a scale that it has not");
    read(window, out);
  }
};

/// Sides divided by `by`, rounded up.
[[nodiscard]] constexpr Size shrunk(Size size, int by) {
  return {(size.width + by - 1) / by, (size.height + by - 1) / by};
}

/// How encoded bytes become an ImageSource, which lives in `memory`; both must outlive it. What a
/// file is, its first bytes say. Throws Error (data) for bytes that are no image of a known kind.
/// Implemented by stages/codec.
using OpenImage = std::function<std::shared_ptr<ImageSource>(std::span<const std::byte> encoded,
                                                             std::pmr::memory_resource* memory)>;

/// A window of a picture that is resampled as a whole.
struct Resampling {
  Size in;                                   ///< of the whole picture, px
  Size out;                                  ///< what the whole becomes
  Rect window{0, 0, out.width, out.height};  ///< of the result; what is wanted of it
  bool mirrored = false;  ///< the window's columns are written from right to left
};

/// A resampling profile: a whole-picture operation of which any window can be computed alone.
/// Stateless, shared by all threads. Implemented in stages/resample.
class Resampler {
 public:
  virtual ~Resampler() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// The window of the input that the wanted window depends on (clamped to the input).
  [[nodiscard]] virtual Rect support(const Resampling& what) const = 0;
  /// Computes the window, into `out` of its size, from `in`, which holds `in_window` of the input
  /// (at least `support`). The same bytes as that window of the whole result: weights come from
  /// whole-picture coordinates, taps clamp at the whole picture's edges.
  virtual void resample(ConstImageView in, Rect in_window, const Resampling& what,
                        ImageView out) const = 0;
};

}  // namespace vggflow
