#pragma once

#include <memory>
#include <memory_resource>
#include <optional>

#include "base/colour_affine.h"
#include "base/export.h"
#include "base/image.h"
#include "pipeline/image_source.h"

namespace vggflow {

/// How files are decoded.
struct Decoding {
  /// Just the window that is needed. Without it whole rows from the top are decoded before a window
  /// is cut from them; the result is the same.
  bool partial = true;
  bool scaled = false;  ///< at the codec's own scales where a picture shrinks that far; see Picture
};

/// What a sample stage sees: a picture whose geometry is decided before its pixels exist. Rescale,
/// crop and mirror only edit a pending description (per axis: index map -> resample -> index map);
/// rendering decodes and resamples just the window that is left. Lazy rendering gives the same
/// bytes as performing every step at once on whole pictures, in any order of steps.
///
/// With `Decoding::scaled` a rescale of the whole picture, as it is in the file or mirrored, begins
/// in the codec: with the largest n of 8, 4 and 2 for which ceil(side / n) is no smaller than the
/// wanted side on both axes, what is resampled is the codec's picture at 1/n, whole. These are
/// other pixels, but again the same whatever window is decoded and whatever is kept. A crop before
/// the rescale leaves it to the resampler alone.
///
/// Copies share the source (a scoring job cuts several views from one picture) and are used by one
/// thread at a time, all of them together.
class VGGFLOW_API Picture {
 public:
  Picture() = default;  // empty: size 0x0
  /// `resampler` and `memory` are borrowed and outlive the picture. Pixels rendered early are kept
  /// in `memory`.
  Picture(std::shared_ptr<ImageSource> source, const Resampler& resampler, Decoding decoding = {},
          std::pmr::memory_resource* memory = std::pmr::get_default_resource());

  /// px, as of the pending geometry.
  [[nodiscard]] Size size() const;
  /// Pending; a second pending resample first renders the one before. Sides >= 1, else Error
  /// (data).
  void rescale(Size to);
  /// Pending; `window` in the coordinates of size(). Error (data) if it is not within.
  void crop(Rect window);
  /// Pending left-right flip.
  void mirror();
  /// Pending; applied with the batch.
  void colour(const ColourAffine& next) { colour_ = colour_.then(next); }
  [[nodiscard]] const ColourAffine& pending_colour() const { return colour_; }

  /// Shows `source` from now on; the colour map and the resampler stay. For geometry of other
  /// kinds: the source may draw on a copy of this picture, made before, and put a frame around it,
  /// say.
  void show(std::shared_ptr<ImageSource> source);

  /// From now on the file is decoded at most once (at each scale), whole, and this copy and those
  /// made of it cut their windows from that. For a picture that will be rendered several times.
  void keep_decoded();

  /// Renders now: this copy and those made of it show what is pending, and no longer the file. For
  /// a picture that several others are cut from. Error (data) if the file is damaged.
  void settle() { render_into_own(); }

  /// Renders now and gives the pixels to change (height, width, 3) u8 RGB; they are this copy's
  /// own (asked again with nothing pending, the same), and their size stays. Geometry after this
  /// works on what is left here. Error (spec) when a colour map is pending: pixels are wanted after
  /// it, so the order of the stages is wrong.
  [[nodiscard]] Image& pixels();

  /// Writes the picture into `out`, which has its size. Error (data) if the file is damaged.
  void render(ImageView out) const;

  /// What render() has to do.
  struct Rendering {
    Rect region;            ///< of the source, that was left when a resample was called
    bool mirrored = false;  ///< the region, before a resample
    std::optional<Resampling> resampling;
    Rect read;  ///< of the source: all that is decoded
    /// The source is the file; else what was rendered early, or what show() put in its place.
    bool of_file = true;
  };
  [[nodiscard]] Rendering pending() const;

  /// A window of pixels that exist, perhaps mirrored, where that is all the picture is.
  struct Window {
    const Image* of = nullptr;  ///< shared with copies of the picture
    Rect where;
    bool mirrored = false;
  };
  [[nodiscard]] std::optional<Window> window() const;

 private:
  /// A run of indices, forwards or backwards: i in [0, length) stands for offset + i, or for
  /// offset + length - 1 - i.
  struct IndexMap {
    int offset = 0;
    int length = 0;
    bool reversed = false;
    void crop(int start, int count);
  };
  /// out[i] = resampled[post(i)], resampled from in[j] = source[pre(j)]. Until a resample is
  /// pending, `pre` is all there is.
  struct Axis {
    IndexMap pre;
    int resampled = 0;  // length after resampling
    IndexMap post;
  };
  [[nodiscard]] IndexMap& last(Axis& axis) const { return resampling_ ? axis.post : axis.pre; }
  void restart(Size whole);
  void shrink_towards(Size to);
  [[nodiscard]] bool owns_what_it_shows() const;
  void render_into_own();
  void render_resampled(ImageView out) const;
  [[nodiscard]] Resampling pending_resampling() const;
  void read(Rect window, ImageView out) const;
  [[nodiscard]] Rect stored(Rect window) const;
  [[nodiscard]] ConstImageView read_before_resampling(Rect window) const;

  std::shared_ptr<ImageSource> source_;
  std::shared_ptr<Image> own_;  // set instead of source_ once pixels() was called
  const Resampler* resampler_ = nullptr;
  std::pmr::memory_resource* memory_ = nullptr;
  Decoding decoding_;
  int shrink_ = 1;  // the source is decoded at 1/shrink_, and `pre` is of that picture
  bool resampling_ = false;
  bool source_resamples_ = false;  // shown by a picture that had a resample pending
  bool shows_file_ = true;
  Axis x_;
  Axis y_;
  ColourAffine colour_;
};

}  // namespace vggflow
