#pragma once

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>  // jpeglib.h wants FILE
#include <span>
#include <vector>

#include <jpeglib.h>

#include "base/geometry.h"
#include "base/image.h"

namespace vggflow {

/// An encoded JPEG whose header was read and found good.
struct OpenJpeg {
  std::span<const std::byte> encoded;
  Size size;
  std::uint64_t ticket = 0;  // tells it from all others
};

/// libjpeg's state of one thread. Between two calls it can be turned to any image, so that any
/// number may be open, on any threads.
class JpegDecoder {
 public:
  [[nodiscard]] static JpegDecoder& of_this_thread();
  JpegDecoder();
  ~JpegDecoder();
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  /// Error (data) for a damaged header, and for what it announces if that cannot be or costs
  /// without bound. Stays behind the header: the read() that mostly comes next goes on from there.
  [[nodiscard]] OpenJpeg open(std::span<const std::byte> encoded);
  /// Decodes `window` of the picture at 1/`shrink` (1, 2, 4 or 8) of its size. Error (data) for
  /// damage up to the window's last row.
  void read(const OpenJpeg& jpeg, int shrink, Rect window, ImageView out);

 private:
  /// Columns that are decoded: those wanted and at least one more on either side.
  struct Columns {
    JDIMENSION first = 0;
    JDIMENSION count = 0;
  };

  [[noreturn]] void give_up();
  [[noreturn]] void give_up(const char* message);
  static void count_scans(j_common_ptr info);

  /// Calls libjpeg. It leaves by longjmp when it fails, so `body` may own nothing that has a
  /// destructor.
  template <class Body>
  void guarded(Body body);

  void create();
  void destroy();
  void read_header(std::span<const std::byte> encoded);
  [[nodiscard]] std::uint64_t blocks() const;
  void judge_header(std::uint64_t file_bytes);
  void start(int shrink);
  [[nodiscard]] Columns crop_columns(Rect window);
  void read_rows(Rect window, Columns columns, ImageView out);
  void copy_row(Rect window, Columns columns, std::uint8_t* out) const;

  jpeg_decompress_struct info_{};
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf on_failure_{};
  std::array<char, JMSG_LENGTH_MAX> message_{};
  std::uint64_t behind_header_of_ = 0;  // a ticket, or 0
  std::vector<std::uint8_t> row_;
};

}  // namespace vggflow
