#include "stages/baseline/jpeg_reader.h"

#include <csetjmp>
#include <cstdint>
#include <cstdio>  // jpeglib.h wants FILE
#include <string>

#include <jpeglib.h>

#include "base/error.h"

namespace vggflow {

struct JpegReader::State {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  std::jmp_buf on_error{};
  char message[JMSG_LENGTH_MAX] = "";

  State() {
    info.err = jpeg_std_error(&errors);
    info.client_data = this;
    errors.error_exit = [](j_common_ptr common) {
      auto* self = static_cast<State*>(common->client_data);
      common->err->format_message(common, self->message);
      std::longjmp(self->on_error, 1);
    };
    errors.output_message = [](j_common_ptr) {};  // never to standard error
    jpeg_create_decompress(&info);
  }
  ~State() { jpeg_destroy_decompress(&info); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void open(std::span<const std::byte> encoded) {
    jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(encoded.data()), encoded.size());
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_RGB;
    info.dct_method = JDCT_ISLOW;
    info.do_fancy_upsampling = TRUE;
  }

  /// libjpeg reports errors by a jump, so `body` may own nothing that has a destructor.
  template <class Body>
  void guarded(Body body) {
    if (setjmp(on_error) != 0) {
      jpeg_abort_decompress(&info);
      throw Error(Origin::data, "damaged JPEG: " + std::string(message));
    }
    body();
  }

  void read_rows(int count, ImageView out) {
    for (int y = 0; y < count; ++y) {
      JSAMPROW row = out.row(y);
      jpeg_read_scanlines(&info, &row, 1);
    }
  }
};

JpegReader::JpegReader() : state_(std::make_unique<State>()) {}
JpegReader::~JpegReader() = default;

bool JpegReader::can_read(std::span<const std::byte> encoded) {
  if (encoded.size() < 2 || encoded[0] != std::byte{0xFF} || encoded[1] != std::byte{0xD8}) {
    return false;
  }
  JpegReader reader;
  State& state = *reader.state_;
  state.guarded([&] { state.open(encoded); });
  const J_COLOR_SPACE space = state.info.jpeg_color_space;
  return space == JCS_GRAYSCALE || space == JCS_YCbCr || space == JCS_RGB;
}

Size JpegReader::read_size(std::span<const std::byte> encoded) {
  state_->guarded([&] { state_->open(encoded); });
  const Size size{static_cast<int>(state_->info.image_width),
                  static_cast<int>(state_->info.image_height)};
  jpeg_abort_decompress(&state_->info);
  return size;
}

void JpegReader::read_window(std::span<const std::byte> encoded, Rect window, Image& out) {
  jpeg_decompress_struct& info = state_->info;
  auto x = static_cast<JDIMENSION>(window.x);
  auto width = static_cast<JDIMENSION>(window.width);
  state_->guarded([&] {
    state_->open(encoded);
    jpeg_start_decompress(&info);
    if (width < info.output_width) jpeg_crop_scanline(&info, &x, &width);
    if (window.y > 0) jpeg_skip_scanlines(&info, static_cast<JDIMENSION>(window.y));
  });
  out.resize({static_cast<int>(width), window.height});
  const ImageView rows = out.view();
  state_->guarded([&] { state_->read_rows(window.height, rows); });
  jpeg_abort_decompress(&info);
}

void JpegReader::read_whole(std::span<const std::byte> encoded, Image& out) {
  jpeg_decompress_struct& info = state_->info;
  state_->guarded([&] {
    state_->open(encoded);
    jpeg_start_decompress(&info);
  });
  out.resize({static_cast<int>(info.output_width), static_cast<int>(info.output_height)});
  const ImageView rows = out.view();
  state_->guarded([&] {
    state_->read_rows(rows.size.height, rows);
    jpeg_finish_decompress(&info);
  });
}

}  // namespace vggflow
