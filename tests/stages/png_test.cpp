#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <cstring>

#include <spng.h>

#include "base/error.h"
#include "stages/codec/open_image.h"
#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

std::vector<std::byte> test_png(Size size, spng_color_type type, int bits,
                                const std::vector<std::uint8_t>& raw, bool interlaced = false) {
  spng_ctx* context = spng_ctx_new(SPNG_CTX_ENCODER);
  spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(size.width);
  header.height = static_cast<std::uint32_t>(size.height);
  header.color_type = type;
  header.bit_depth = static_cast<std::uint8_t>(bits);
  header.interlace_method = interlaced ? SPNG_INTERLACE_ADAM7 : SPNG_INTERLACE_NONE;
  spng_set_ihdr(context, &header);
  if (type == SPNG_COLOR_TYPE_INDEXED) {
    spng_plte palette{.n_entries = 2, .entries = {{10, 20, 30, 0}, {200, 100, 50, 0}}};
    spng_set_plte(context, &palette);
  }
  EXPECT_EQ(spng_encode_image(context, raw.data(), raw.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE),
            0);
  std::size_t length = 0;
  int status = 0;
  void* buffer = spng_get_png_buffer(context, &length, &status);
  std::vector<std::byte> encoded(length);
  std::memcpy(encoded.data(), buffer, length);
  std::free(buffer);
  spng_ctx_free(context);
  return encoded;
}

/// Another size in the IHDR chunk, with a checksum that is right.
void write_header(std::vector<std::byte>& png, Size size) {
  const auto put = [&](std::size_t at, std::uint32_t number) {
    for (int i = 0; i < 4; ++i) png[at + i] = static_cast<std::byte>(number >> (24 - 8 * i));
  };
  put(16, static_cast<std::uint32_t>(size.width));
  put(20, static_cast<std::uint32_t>(size.height));
  std::uint32_t crc = ~0U;  // ISO 3309, of "IHDR" and the 13 bytes behind it
  for (std::size_t i = 12; i < 29; ++i) {
    crc ^= std::to_integer<std::uint32_t>(png[i]);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0);
  }
  put(29, ~crc);
}

TEST(Png, RgbIsExactInEveryWindow) {
  const Size size{37, 29};
  const Image picture = test_picture(size);
  for (const bool interlaced : {false, true}) {
    const auto encoded =
        test_png(size, SPNG_COLOR_TYPE_TRUECOLOR, 8, bytes(picture.view()), interlaced);
    const auto source = open_image(encoded);
    ASSERT_EQ(source->size(), size);
    for (const Rect window : {Rect{0, 0, 37, 29}, Rect{5, 7, 20, 3}, Rect{36, 28, 1, 1}}) {
      EXPECT_EQ(bytes(window_of(*source, window).view()), bytes(picture.view().window(window)));
    }
  }
}

TEST(Png, AlphaIsDropped) {
  const auto encoded =
      test_png({2, 1}, SPNG_COLOR_TYPE_TRUECOLOR_ALPHA, 8, {1, 2, 3, 0, 4, 5, 6, 128});
  EXPECT_EQ(bytes(whole(*open_image(encoded)).view()),
            (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Png, GreyAndPaletteBecomeRgb) {
  const auto grey = test_png({2, 1}, SPNG_COLOR_TYPE_GRAYSCALE, 8, {7, 250});
  EXPECT_EQ(bytes(whole(*open_image(grey)).view()),
            (std::vector<std::uint8_t>{7, 7, 7, 250, 250, 250}));
  const auto palette = test_png({2, 1}, SPNG_COLOR_TYPE_INDEXED, 8, {1, 0});
  EXPECT_EQ(bytes(whole(*open_image(palette)).view()),
            (std::vector<std::uint8_t>{200, 100, 50, 10, 20, 30}));
}

TEST(Png, ErrorForAHeaderThatClaimsMoreThanItsFileHolds) {
  auto encoded = test_png({64, 64}, SPNG_COLOR_TYPE_GRAYSCALE, 8, std::vector<std::uint8_t>(4096));
  write_header(encoded, {16000, 16000});
  EXPECT_THAT(
      error_of([&] { static_cast<void>(open_image(encoded)); }),
      HasSubstr("its header says 16000x16000 px, which takes 248062 bytes or more; it has"));
  write_header(encoded, {65500, 65500});
  EXPECT_THAT(error_of([&] { static_cast<void>(open_image(encoded)); }),
              HasSubstr("its header says 65500x65500 px; allowed: 1 to 2^28 px in all"));
}

TEST(Png, AHugeImageLeavesItsScratchMemoryBehind) {
  const Size size{4800, 4800};
  const std::vector<std::uint8_t> grey(static_cast<std::size_t>(size.width) * size.height);
  const auto encoded = test_png(size, SPNG_COLOR_TYPE_GRAYSCALE, 8, grey, true);
  const auto source = open_image(encoded);
  const auto in_use = [] { return ::mallinfo2().uordblks + ::mallinfo2().hblkhd; };
  const std::size_t before = in_use();
  static_cast<void>(window_of(*source, {0, 0, 4, 4}));
  EXPECT_LT(in_use(), before + (16 << 20)) << "an interlaced picture is decoded whole: 66 MiB";
}

TEST(Png, TruncationFailsOnlyTheWindowsThatNeedWhatIsMissing) {
  const Size size{64, 200};
  const Image picture = test_picture(size);
  const auto encoded = test_png(size, SPNG_COLOR_TYPE_TRUECOLOR, 8, bytes(picture.view()));
  const auto source = open_image(std::span(encoded).first(encoded.size() / 2));
  const Rect top{3, 2, 40, 20};
  EXPECT_EQ(bytes(window_of(*source, top).view()), bytes(picture.view().window(top)));
  EXPECT_THROW(static_cast<void>(whole(*source)), Error);
  EXPECT_THROW(static_cast<void>(open_image(std::span(encoded).first(20))), Error);
}

}  // namespace
}  // namespace vggflow
