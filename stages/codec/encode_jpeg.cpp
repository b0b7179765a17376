#include "stages/codec/encode_jpeg.h"

#include <csetjmp>
#include <cstdio>  // before jpeglib.h, which needs FILE and size_t
#include <cstdlib>
#include <string>

#include <jpeglib.h>

#include "base/error.h"

namespace vggflow {
namespace {

/// One compression; libjpeg reports errors by a jump back into `run`.
class Encoder {
 public:
  Encoder() {
    compress_.err = jpeg_std_error(&errors_);
    compress_.client_data = this;
    errors_.error_exit = [](j_common_ptr info) {
      auto* self = static_cast<Encoder*>(info->client_data);
      info->err->format_message(info, self->message_);
      std::longjmp(self->on_error_, 1);
    };
    errors_.output_message = [](j_common_ptr) {};  // never to standard error
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() {
    jpeg_destroy_compress(&compress_);
    std::free(bytes_);
  }

  // Nothing between the jump and its target may have a destructor.
  bool run(ConstImageView pixels, int quality, bool full_chroma) {
    if (setjmp(on_error_) != 0) return false;
    jpeg_create_compress(&compress_);
    jpeg_mem_dest(&compress_, &bytes_, &size_);
    compress_.image_width = static_cast<JDIMENSION>(pixels.size.width);
    compress_.image_height = static_cast<JDIMENSION>(pixels.size.height);
    compress_.input_components = kChannels;
    compress_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&compress_);
    jpeg_set_quality(&compress_, quality, TRUE);
    compress_.dct_method = JDCT_ISLOW;
    const int chroma = full_chroma ? 1 : 2;  // sampling of Y relative to Cb and Cr
    compress_.comp_info[0].h_samp_factor = chroma;
    compress_.comp_info[0].v_samp_factor = chroma;
    jpeg_start_compress(&compress_, TRUE);
    while (compress_.next_scanline < compress_.image_height) {
      auto* row = const_cast<JSAMPROW>(pixels.row(static_cast<int>(compress_.next_scanline)));
      jpeg_write_scanlines(&compress_, &row, 1);
    }
    jpeg_finish_compress(&compress_);
    return true;
  }

  [[nodiscard]] std::vector<std::byte> bytes() const {
    const auto* first = reinterpret_cast<const std::byte*>(bytes_);
    return {first, first + size_};
  }
  [[nodiscard]] std::string message() const { return message_; }

 private:
  jpeg_compress_struct compress_{};
  jpeg_error_mgr errors_{};
  std::jmp_buf on_error_{};
  char message_[JMSG_LENGTH_MAX] = "";
  unsigned char* bytes_ = nullptr;  // of malloc, made by libjpeg
  unsigned long size_ = 0;          // bytes
};

}  // namespace

std::vector<std::byte> encode_jpeg(ConstImageView pixels, int quality, bool full_chroma) {
  Encoder encoder;
  if (!encoder.run(pixels, quality, full_chroma)) {
    throw Error(Origin::data,
                "cannot write a JPEG of " + to_string(pixels.size) + ": " + encoder.message());
  }
  return encoder.bytes();
}

}  // namespace vggflow
