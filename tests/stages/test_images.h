#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "base/image.h"
#include "base/rng.h"
#include "base/value.h"
#include "pipeline/image_source.h"

namespace vggflow::testing {

/// A colourful picture without symmetry: gradients and noise, a function of size and seed.
[[nodiscard]] Image test_picture(Size size, std::uint32_t seed = 0);

/// How a test JPEG is written. `h`, `v`: luma samples per chroma sample along x and y.
struct JpegKind {
  std::string name;
  int h = 1;
  int v = 1;
  bool grey = false;
  bool progressive = false;
  bool cmyk = false;
  bool ycck = false;
  bool rgb = false;       // as such, not as YCbCr
  bool separate = false;  // baseline with a scan for each component
  int restart_rows = 0;
  friend void PrintTo(const JpegKind& kind, std::ostream* out) { *out << kind.name; }
};
/// One of every kind that libjpeg treats in its own way.
[[nodiscard]] std::vector<JpegKind> jpeg_kinds();
[[nodiscard]] std::vector<std::byte> test_jpeg(const Image& picture, const JpegKind& kind);

/// All pixels of a source.
[[nodiscard]] Image whole(ImageSource& source);
[[nodiscard]] Image window_of(ImageSource& source, Rect window);

/// Somewhere in a picture of that size.
[[nodiscard]] Rect random_window(Rng& rng, Size size);
[[nodiscard]] std::string text_of(Rect rect);

/// The bytes of a view, row after row.
[[nodiscard]] std::vector<std::uint8_t> bytes(ConstImageView view);

/// Plain pixels as a source; says what was read last and how often.
class MemorySource final : public ImageSource {
 public:
  explicit MemorySource(Image pixels) : pixels_(std::move(pixels)) {}
  [[nodiscard]] Size size() const override { return pixels_.size(); }
  void read(Rect window, ImageView out) override;
  [[nodiscard]] Rect last_read() const { return last_read_; }
  [[nodiscard]] int reads() const { return reads_; }
  /// From this row on the "file" is damaged.
  void damage_from(int row) { damaged_from_ = row; }

 private:
  Image pixels_;
  Rect last_read_;
  int reads_ = 0;
  int damaged_from_ = 1 << 30;
};

/// A `pipeline:` list of text: "rescale side=256; flip; blur sigma=[0.1,2]", lists without spaces.
[[nodiscard]] Value stage_list(const std::string& text);

}  // namespace vggflow::testing
