#include <cstring>
#include <string>
#include <vector>

#include <spng.h>

#include "base/error.h"
#include "base/unique_handle.h"
#include "stages/codec/codecs.h"

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
/// is dropped, as Pillow's convert("RGB") does.
class PngSource final : public ImageSource {
 public:
  explicit PngSource(std::span<const std::byte> encoded) : encoded_(encoded) {
    const Context context = open_context(encoded);
    spng_ihdr header{};
    check(spng_get_ihdr(context.get(), &header));
    require_sane_size(header.width, header.height);
    if (header.bit_depth > 8) {
      throw Error(Origin::data, "PNG of " + std::to_string(header.bit_depth) +
                                    " bits a channel; allowed: at most 8");
    }
    size_ = {static_cast<int>(header.width), static_cast<int>(header.height)};
    interlaced_ = header.interlace_method != SPNG_INTERLACE_NONE;
  }
  [[nodiscard]] Size size() const override { return size_; }

  void read(Rect window, ImageView out) override {
    const Context context = open_context(encoded_);
    if (interlaced_) {
      read_interlaced(context.get(), window, out);
    } else {
      read_rows(context.get(), window, out);
    }
  }

 private:
  [[nodiscard]] std::size_t row_bytes() const {
    return static_cast<std::size_t>(size_.width) * kChannels;
  }
  void read_rows(spng_ctx* context, Rect window, ImageView out) const;
  void read_interlaced(spng_ctx* context, Rect window, ImageView out) const;

  std::span<const std::byte> encoded_;
  Size size_;
  bool interlaced_ = false;
};

void PngSource::read_rows(spng_ctx* context, Rect window, ImageView out) const {
  Scratch row(row_bytes());
  check(spng_decode_image(context, nullptr, 0, SPNG_FMT_RGB8, SPNG_DECODE_PROGRESSIVE));
  for (int y = 0; y < window.y + window.height; ++y) {
    const int status = spng_decode_row(context, row.data(), row.size());
    if (status != SPNG_EOI) check(status);
    if (y < window.y) continue;
    std::memcpy(out.row(y - window.y), row.data() + std::size_t{kChannels} * window.x,
                std::size_t{kChannels} * window.width);
  }
}

void PngSource::read_interlaced(spng_ctx* context, Rect window, ImageView out) const {
  Scratch whole(row_bytes() * size_.height);
  check(spng_decode_image(context, whole.data(), whole.size(), SPNG_FMT_RGB8, 0));
  for (int y = 0; y < window.height; ++y) {
    const std::uint8_t* row = whole.data() + row_bytes() * (window.y + y);
    std::memcpy(out.row(y), row + std::size_t{kChannels} * window.x,
                std::size_t{kChannels} * window.width);
  }
}

}  // namespace

std::shared_ptr<ImageSource> open_png(std::span<const std::byte> encoded,
                                       std::pmr::memory_resource* memory) {
  return std::allocate_shared<PngSource>(std::pmr::polymorphic_allocator<PngSource>(memory), encoded);
}

}  // namespace vggflow
