#include "stages/codec/jpeg_decoder.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>

#include "base/error.h"
#include "stages/codec/codecs.h"
#include "stages/codec/pillow_rgb.h"

namespace vggflow {
namespace {

/// A picture in one scan is decoded as it comes. Of any other libjpeg keeps the coefficients whole.
constexpr std::uint64_t kMostCoefficientBytes = 512 << 20;
/// Every scan is a pass over the whole picture, which a few bytes can ask for. Encoders write about
/// ten; a scan for every coefficient of every component would be 190.
constexpr int kMostScans = 200;

/// To a row on a 16- or 32-byte boundary libjpeg-turbo writes past the caches, and the copy that
/// follows would read it from memory: 8 % of the time of a window. No allocation begins so that
/// this is on one.
constexpr std::size_t kOffBoundary = 8;

std::uint64_t next_ticket() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

JpegDecoder& owner(j_common_ptr info) { return *static_cast<JpegDecoder*>(info->client_data); }

}  // namespace

JpegDecoder& JpegDecoder::of_this_thread() {
  thread_local JpegDecoder decoder;
  return decoder;
}

JpegDecoder::JpegDecoder() {
  info_.err = jpeg_std_error(&errors_);
  errors_.error_exit = [](j_common_ptr info) { owner(info).give_up(); };
  errors_.emit_message = [](j_common_ptr info, int level) {
    if (level < 0) owner(info).give_up();  // a warning: the pixels would not be the picture's
  };
  progress_.progress_monitor = count_scans;
}

JpegDecoder::~JpegDecoder() { destroy(); }

void JpegDecoder::give_up() {
  errors_.format_message(reinterpret_cast<j_common_ptr>(&info_), message_.data());
  std::longjmp(on_failure_, 1);
}

void JpegDecoder::give_up(const char* message) {
  std::snprintf(message_.data(), message_.size(), "%s", message);
  std::longjmp(on_failure_, 1);
}

void JpegDecoder::count_scans(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMostScans) {
    owner(info).give_up("more than 200 scans");
  }
}

template <class Body>
void JpegDecoder::guarded(Body body) {
  if (setjmp(on_failure_) != 0) {
    destroy();
    throw Error(Origin::data, "damaged JPEG: " + std::string(message_.data()));
  }
  body();
}

/// Afresh for every image (it costs less than a microsecond): libjpeg keeps the tables of one image
/// for the next, so that a file without its own would be decoded with those of its predecessor.
void JpegDecoder::create() {
  destroy();
  info_.client_data = this;
  jpeg_create_decompress(&info_);
  info_.progress = &progress_;
}

void JpegDecoder::destroy() {
  behind_header_of_ = 0;
  jpeg_destroy_decompress(&info_);  // nothing if there is nothing
}

void JpegDecoder::read_header(std::span<const std::byte> encoded) {
  create();
  jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(encoded.data()), encoded.size());
  jpeg_read_header(&info_, TRUE);
}

OpenJpeg JpegDecoder::open(std::span<const std::byte> encoded) {
  guarded([&] { read_header(encoded); });
  judge_header(encoded.size());
  behind_header_of_ = next_ticket();
  return {encoded,
          {static_cast<int>(info_.image_width), static_cast<int>(info_.image_height)},
          behind_header_of_};
}

/// Of 8x8 coefficients, all components together.
std::uint64_t JpegDecoder::blocks() const {
  std::uint64_t sum = 0;
  for (int c = 0; c < info_.num_components; ++c) {
    const jpeg_component_info& component = info_.comp_info[c];
    sum += std::uint64_t{component.width_in_blocks} * component.height_in_blocks;
  }
  return sum;
}

void JpegDecoder::judge_header(std::uint64_t file_bytes) {
  const std::uint64_t width = info_.image_width;
  const std::uint64_t height = info_.image_height;
  if (info_.jpeg_color_space == JCS_UNKNOWN) {
    throw Error(Origin::data, "JPEG of " + std::to_string(info_.num_components) +
                                  " components; allowed: 1 (grey), 3 (YCbCr, RGB), 4 (CMYK, YCCK)");
  }
  require_sane_size(width, height);
  // Huffman codes are a bit or more, and every block has one; arithmetic coding has no such bound.
  if (!info_.arith_code) require_enough_bytes(width, height, file_bytes, blocks() / 8);
  const std::uint64_t coefficient_bytes = blocks() * sizeof(JBLOCK);
  if (!jpeg_has_multiple_scans(&info_) || coefficient_bytes <= kMostCoefficientBytes) return;
  throw Error(Origin::data, "progressive JPEG of " + std::to_string(width) + "x" +
                                std::to_string(height) + " px, whose coefficients take " +
                                std::to_string(coefficient_bytes >> 20) +
                                " MiB; allowed: " + std::to_string(kMostCoefficientBytes >> 20));
}

void JpegDecoder::start(int shrink) {
  const bool inks = info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
  info_.out_color_space = inks ? JCS_CMYK : JCS_RGB;
  info_.dct_method = JDCT_ISLOW;
  info_.do_fancy_upsampling = TRUE;
  info_.scale_num = 1;
  info_.scale_denom = static_cast<unsigned>(shrink);
  jpeg_start_decompress(&info_);
}

/// Upsampling looks one pixel to either side, and libjpeg changes to another upsampling where fewer
/// than three chroma columns are left: a margin and a least width keep the pixels those of a full
/// decode.
JpegDecoder::Columns JpegDecoder::crop_columns(Rect window) {
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
void JpegDecoder::read_rows(Rect window, Columns columns, ImageView out) {
  if (window.y > 1) jpeg_skip_scanlines(&info_, static_cast<JDIMENSION>(window.y - 1));
  JSAMPROW row = row_.data() + kOffBoundary;
  const int end = window.y + window.height;
  for (int y = static_cast<int>(info_.output_scanline); y < end; ++y) {
    jpeg_read_scanlines(&info_, &row, 1);
    if (y >= window.y) copy_row(window, columns, out.row(y - window.y));
  }
}

void JpegDecoder::copy_row(Rect window, Columns columns, std::uint8_t* out) const {
  const std::size_t skipped = static_cast<std::size_t>(window.x) - columns.first;
  const std::uint8_t* in = row_.data() + kOffBoundary + skipped * info_.output_components;
  if (info_.out_color_space == JCS_CMYK) {
    pillow_rgb_of_inverted_cmyk(in, window.width, out);
  } else {
    std::memcpy(out, in, static_cast<std::size_t>(window.width) * kChannels);
  }
}

void JpegDecoder::read(const OpenJpeg& jpeg, int shrink, Rect window, ImageView out) {
  Columns columns;
  guarded([&] {
    if (behind_header_of_ != jpeg.ticket) read_header(jpeg.encoded);
    behind_header_of_ = 0;
    start(shrink);
    columns = crop_columns(window);
  });
  row_.resize(kOffBoundary + std::size_t{columns.count} * info_.output_components);
  guarded([&] { read_rows(window, columns, out); });
  destroy();
}

}  // namespace vggflow
