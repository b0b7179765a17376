#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/image.h"

namespace vggflow {

/// Bare libjpeg-turbo, as a careful program would call it: accurate DCT, fancy upsampling, the
/// decompressor kept between images. What the pipeline is measured against, so no code of it is
/// used.
class JpegReader {
 public:
  JpegReader();
  ~JpegReader();
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  /// False for what is no JPEG or one of another colour space than grey, YCbCr and RGB.
  [[nodiscard]] static bool can_read(std::span<const std::byte> encoded);

  /// The size of the picture, px. Error (data) if the header is damaged.
  [[nodiscard]] Size read_size(std::span<const std::byte> encoded);
  /// Decodes the columns and rows of the window alone, but whole iMCU columns as libjpeg does; the
  /// first pixel of a row of `out` is that of the first decoded column, so `out` is up to 16 px
  /// wider than the window: give it room for the whole width. Error (data) if the file is damaged.
  void read_window(std::span<const std::byte> encoded, Rect window, Image& out);
  /// Decodes the whole picture.
  void read_whole(std::span<const std::byte> encoded, Image& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vggflow
