#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>  // jpeglib.h wants FILE
#include <cstring>
#include <string>
#include <vector>

#include <jpeglib.h>

#include "base/error.h"
#include "stages/codec/codecs.h"

namespace vggflow {
namespace {

/// libjpeg's state of one thread. Its buffers and tables are set up once and serve every image the
/// thread decodes; between two calls it is idle, so that any number of sources may be open.
class Decoder {
 public:
  Decoder() {
    info_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr info) { owner(info).give_up(); };
    errors_.emit_message = [](j_common_ptr info, int level) {
      if (level < 0) owner(info).give_up();  // a warning: the pixels would not be the picture's
    };
    info_.client_data = this;
    guarded([this] { jpeg_create_decompress(&info_); });
  }
  ~Decoder() { jpeg_destroy_decompress(&info_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  [[nodiscard]] static Decoder& of_this_thread() {
    thread_local Decoder decoder;
    return decoder;
  }

  [[nodiscard]] Size read_size(std::span<const std::byte> encoded);
  void read(std::span<const std::byte> encoded, Rect window, ImageView out);

 private:
  /// Columns that are decoded: those wanted and at least one more on either side.
  struct Columns {
    JDIMENSION first = 0;
    JDIMENSION count = 0;
  };

  [[nodiscard]] static Decoder& owner(j_common_ptr info) {
    return *static_cast<Decoder*>(info->client_data);
  }
  [[noreturn]] void give_up() {
    errors_.format_message(reinterpret_cast<j_common_ptr>(&info_), message_.data());
    std::longjmp(on_failure_, 1);
  }

  /// Calls libjpeg. It leaves by longjmp when it fails, so `body` may own nothing that has a
  /// destructor.
  template <class Body>
  void guarded(Body body) {
    if (setjmp(on_failure_) != 0) {
      jpeg_abort_decompress(&info_);
      throw Error(Origin::data, "damaged JPEG: " + std::string(message_.data()));
    }
    body();
  }

  void read_header(std::span<const std::byte> encoded);
  void start();
  [[nodiscard]] Columns crop_columns(Rect window);
  void read_rows(Rect window, Columns columns, ImageView out);

  jpeg_decompress_struct info_{};
  jpeg_error_mgr errors_{};
  std::jmp_buf on_failure_{};
  std::array<char, JMSG_LENGTH_MAX> message_{};
  std::vector<std::uint8_t> row_;
};

void Decoder::read_header(std::span<const std::byte> encoded) {
  jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(encoded.data()), encoded.size());
  jpeg_read_header(&info_, TRUE);
}

Size Decoder::read_size(std::span<const std::byte> encoded) {
  guarded([&] { read_header(encoded); });
  const J_COLOR_SPACE space = info_.jpeg_color_space;
  const std::uint64_t width = info_.image_width;
  const std::uint64_t height = info_.image_height;
  jpeg_abort_decompress(&info_);
  if (space == JCS_CMYK || space == JCS_YCCK) {
    throw Error(Origin::data, "CMYK JPEG; allowed: RGB, YCbCr, grey");
  }
  if (space != JCS_GRAYSCALE && space != JCS_YCbCr && space != JCS_RGB) {
    throw Error(Origin::data, "JPEG of an unknown colour space; allowed: RGB, YCbCr, grey");
  }
  require_sane_size(width, height);
  return {static_cast<int>(width), static_cast<int>(height)};
}

void Decoder::start() {
  info_.out_color_space = JCS_RGB;
  info_.dct_method = JDCT_ISLOW;
  info_.do_fancy_upsampling = TRUE;
  jpeg_start_decompress(&info_);
}

/// Upsampling looks one pixel to either side, and libjpeg changes to another upsampling where fewer
/// than three chroma columns are left: a margin and a least width keep the pixels those of a full
/// decode.
Decoder::Columns Decoder::crop_columns(Rect window) {
  constexpr int kLeastWidth = 64;
  const int width = static_cast<int>(info_.output_width);
  const int right = std::min(width, std::max(window.x + window.width + 1, kLeastWidth));
  const int left = std::max(0, std::min(window.x - 1, right - kLeastWidth));
  if (left == 0 && right == width) return {0, info_.output_width};
  Columns columns{static_cast<JDIMENSION>(left), static_cast<JDIMENSION>(right - left)};
  jpeg_crop_scanline(&info_, &columns.first, &columns.count);
  return columns;
}

/// Rows are judged as they come: what is damaged below the window is never seen. Skipping keeps the
/// rows that upsampling looks at; one row of margin does not lean on how well it does so.
void Decoder::read_rows(Rect window, Columns columns, ImageView out) {
  const std::size_t skipped_bytes =
      (static_cast<std::size_t>(window.x) - columns.first) * kChannels;
  const std::size_t row_bytes = static_cast<std::size_t>(window.width) * kChannels;
  if (window.y > 1) jpeg_skip_scanlines(&info_, static_cast<JDIMENSION>(window.y - 1));
  JSAMPROW row = row_.data();
  const int end = window.y + window.height;
  for (int y = static_cast<int>(info_.output_scanline); y < end; ++y) {
    jpeg_read_scanlines(&info_, &row, 1);
    if (y >= window.y) std::memcpy(out.row(y - window.y), row + skipped_bytes, row_bytes);
  }
}

void Decoder::read(std::span<const std::byte> encoded, Rect window, ImageView out) {
  Columns columns;
  guarded([&] {
    read_header(encoded);
    start();
    columns = crop_columns(window);
  });
  row_.resize(std::size_t{columns.count} * kChannels);
  guarded([&] { read_rows(window, columns, out); });
  jpeg_abort_decompress(&info_);
}

/// The header is read again for every window: a source may be opened on one thread and read on
/// another, and libjpeg's state stays with its thread.
class JpegSource final : public ImageSource {
 public:
  explicit JpegSource(std::span<const std::byte> encoded)
      : encoded_(encoded), size_(Decoder::of_this_thread().read_size(encoded)) {}
  [[nodiscard]] Size size() const override { return size_; }
  void read(Rect window, ImageView out) override {
    Decoder::of_this_thread().read(encoded_, window, out);
  }

 private:
  std::span<const std::byte> encoded_;
  Size size_;
};

}  // namespace

std::shared_ptr<ImageSource> open_jpeg(std::span<const std::byte> encoded,
                                       std::pmr::memory_resource* memory) {
  return std::allocate_shared<JpegSource>(std::pmr::polymorphic_allocator<JpegSource>(memory), encoded);
}

}  // namespace vggflow
