#include <array>
#include <cstring>
#include <string>
#include <vector>

#include <spng.h>

#include "base/error.h"
#include "base/unique_handle.h"
#include "stages/codec/codecs.h"
#include "stages/codec/pillow_rgb.h"

namespace vggflow {
namespace {

struct ContextTraits {
  using Handle = spng_ctx*;
  static Handle none() noexcept { return nullptr; }
  static void close(Handle context) noexcept { spng_ctx_free(context); }
};
using Context = UniqueHandle<ContextTraits>;

void check(int status) {
  if (status == SPNG_OK) return;
  throw Error(Origin::data, "damaged PNG: " + std::string(spng_strerror(status)));
}

/// Memory to decode into. A thread keeps its own between images, but not that of a huge one.
class Scratch {
 public:
  explicit Scratch(std::size_t bytes) : memory_(bytes > kMostKeptBytes ? huge_ : kept()) {
    memory_.resize(bytes);
  }
  [[nodiscard]] std::uint8_t* data() { return memory_.data(); }
  [[nodiscard]] std::size_t size() const { return memory_.size(); }

 private:
  static constexpr std::size_t kMostKeptBytes = 64 << 20;
  static std::vector<std::uint8_t>& kept() {
    thread_local std::vector<std::uint8_t> memory;
    return memory;
  }
  std::vector<std::uint8_t> huge_;
  std::vector<std::uint8_t>& memory_;
};

Context open_context(std::span<const std::byte> encoded) {
  Context context(spng_ctx_new(0));
  if (!context) throw Error(Origin::system, "no memory for a PNG decoder");
  check(spng_set_chunk_limits(context.get(), 1 << 24, 1 << 26));
  check(spng_set_png_buffer(context.get(), encoded.data(), encoded.size()));
  return context;
}

/// A PNG has no way in but from the top: rows are decoded down to the window's last and cut. Alpha
/// and tRNS are dropped, 16 bits of colour become their upper 8, grey of 16 bits is clipped at 255,
/// indices beyond the palette are that grey: as Pillow's convert("RGB") does.
class PngSource final : public ImageSource {
 public:
  explicit PngSource(std::span<const std::byte> encoded);
  [[nodiscard]] Size size() const override {
    return {static_cast<int>(header_.width), static_cast<int>(header_.height)};
  }
  void read(Rect window, ImageView out) override;

 private:
  /// Everything else becomes RGB by libspng's hands.
  [[nodiscard]] bool is_grey16() const {
    return header_.color_type == SPNG_COLOR_TYPE_GRAYSCALE && header_.bit_depth == 16;
  }
  [[nodiscard]] int format() const { return is_grey16() ? SPNG_FMT_PNG : SPNG_FMT_RGB8; }
  void fill_palette(spng_ctx* context) const;
  void read_rows(spng_ctx* context, std::size_t row_bytes, Rect window, ImageView out) const;
  void read_interlaced(spng_ctx* context, std::size_t row_bytes, Rect window, ImageView out) const;
  void cut(const std::uint8_t* row, Rect window, std::uint8_t* out) const;

  std::span<const std::byte> encoded_;
  spng_ihdr header_{};
};

PngSource::PngSource(std::span<const std::byte> encoded) : encoded_(encoded) {
  const Context context = open_context(encoded);
  check(spng_get_ihdr(context.get(), &header_));
  require_sane_size(header_.width, header_.height);
  constexpr std::uint64_t kMostInflation = 1032;                      // of deflate, RFC 1951
  static constexpr std::array<int, 7> kSamples{1, 0, 3, 1, 2, 0, 4};  // by colour type
  const std::uint64_t bits = std::uint64_t{header_.width} * header_.height * header_.bit_depth *
                             kSamples.at(header_.color_type);
  require_enough_bytes(header_.width, header_.height, encoded.size(), bits / 8 / kMostInflation);
}

void PngSource::read(Rect window, ImageView out) {
  const Context context = open_context(encoded_);
  if (header_.color_type == SPNG_COLOR_TYPE_INDEXED) fill_palette(context.get());
  std::size_t whole_bytes = 0;
  check(spng_decoded_image_size(context.get(), format(), &whole_bytes));
  const std::size_t row_bytes = whole_bytes / header_.height;
  if (header_.interlace_method == SPNG_INTERLACE_NONE) {
    read_rows(context.get(), row_bytes, window, out);
  } else {
    read_interlaced(context.get(), row_bytes, window, out);
  }
}

/// Pillow's palette begins as grey levels, of which the file replaces the first.
void PngSource::fill_palette(spng_ctx* context) const {
  spng_plte palette{};
  check(spng_get_plte(context, &palette));
  for (; palette.n_entries < 1U << header_.bit_depth; ++palette.n_entries) {
    const auto grey = static_cast<std::uint8_t>(palette.n_entries);
    palette.entries[palette.n_entries] = {grey, grey, grey, 0};
  }
  check(spng_set_plte(context, &palette));
}

void PngSource::read_rows(spng_ctx* context, std::size_t row_bytes, Rect window,
                          ImageView out) const {
  Scratch row(row_bytes);
  check(spng_decode_image(context, nullptr, 0, format(), SPNG_DECODE_PROGRESSIVE));
  for (int y = 0; y < window.y + window.height; ++y) {
    const int status = spng_decode_row(context, row.data(), row.size());
    if (status != SPNG_EOI) check(status);
    if (y >= window.y) cut(row.data(), window, out.row(y - window.y));
  }
}

void PngSource::read_interlaced(spng_ctx* context, std::size_t row_bytes, Rect window,
                                ImageView out) const {
  Scratch whole(row_bytes * header_.height);
  check(spng_decode_image(context, whole.data(), whole.size(), format(), 0));
  for (int y = 0; y < window.height; ++y) {
    cut(whole.data() + row_bytes * static_cast<std::size_t>(window.y + y), window, out.row(y));
  }
}

void PngSource::cut(const std::uint8_t* row, Rect window, std::uint8_t* out) const {
  const auto first = static_cast<std::size_t>(window.x);
  if (is_grey16()) return pillow_rgb_of_grey16(row + first * 2, window.width, out);
  std::memcpy(out, row + first * kChannels, static_cast<std::size_t>(window.width) * kChannels);
}

}  // namespace

std::shared_ptr<ImageSource> open_png(std::span<const std::byte> encoded,
                                      std::pmr::memory_resource* memory) {
  return std::allocate_shared<PngSource>(std::pmr::polymorphic_allocator<PngSource>(memory),
                                         encoded);
}

}  // namespace vggflow
