#include "stages/codec/encode_png.h"

#include <cstdlib>
#include <memory>
#include <string>

#include <spng.h>

#include "base/error.h"

namespace vggflow {
namespace {

struct Free {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
  void operator()(void* bytes) const { std::free(bytes); }
};

void check(int status, Size size) {
  if (status == SPNG_OK) return;
  throw Error(Origin::data,
              "cannot write a PNG of " + to_string(size) + ": " + spng_strerror(status));
}

}  // namespace

std::vector<std::byte> encode_png(ConstImageView pixels) {
  const std::unique_ptr<spng_ctx, Free> context(spng_ctx_new(SPNG_CTX_ENCODER));
  if (!context) throw Error(Origin::system, "no memory for a PNG encoder");
  const auto checked = [&](int status) { check(status, pixels.size); };
  checked(spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1));
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(pixels.size.width);
  header.height = static_cast<std::uint32_t>(pixels.size.height);
  header.bit_depth = 8;
  header.color_type = SPNG_COLOR_TYPE_TRUECOLOR;
  checked(spng_set_ihdr(context.get(), &header));
  checked(spng_encode_image(context.get(), nullptr, 0, SPNG_FMT_PNG,
                            SPNG_ENCODE_PROGRESSIVE | SPNG_ENCODE_FINALIZE));
  const std::size_t row_bytes = static_cast<std::size_t>(pixels.size.width) * kChannels;
  for (int y = 0; y < pixels.size.height; ++y) {
    const int status = spng_encode_row(context.get(), pixels.row(y), row_bytes);
    if (status != SPNG_EOI) checked(status);
  }
  std::size_t size = 0;
  int status = SPNG_OK;
  const std::unique_ptr<void, Free> bytes(spng_get_png_buffer(context.get(), &size, &status));
  checked(status);
  const auto* first = static_cast<const std::byte*>(bytes.get());
  return {first, first + size};
}

}  // namespace vggflow
