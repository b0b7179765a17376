#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"
#include "base/rng.h"
#include "pipeline/picture.h"
#include "stages/codec/open_image.h"
#include "stages/resample/profile.h"
#include "tests/stages/test_images.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

class JpegWindows : public ::testing::TestWithParam<JpegKind> {};

TEST_P(JpegWindows, EqualThoseOfAFullDecode) {
  Rng rng(1, GetParam().name, 0, 0);
  for (const Size size :
       {Size{1, 1}, Size{1, 90}, Size{130, 1}, Size{3, 200}, Size{5, 5}, Size{17, 33}, Size{64, 48},
        Size{161, 97}, Size{250, 187}, Size{333, 251}}) {
    const auto encoded = test_jpeg(test_picture(size), GetParam());
    const auto source = open_image(encoded);
    ASSERT_EQ(source->size(), size);
    const Image full = whole(*source);
    for (int i = 0; i < 120; ++i) {
      const Rect window = random_window(rng, size);
      ASSERT_EQ(bytes(window_of(*source, window).view()), bytes(full.view().window(window)))
          << to_string(size) << " " << text_of(window);
    }
  }
}

TEST_P(JpegWindows, SinglePixelsEqualThoseOfAFullDecode) {
  const Size size{75, 70};
  const auto encoded = test_jpeg(test_picture(size), GetParam());
  const auto source = open_image(encoded);
  const Image full = whole(*source);
  for (int y = 0; y < size.height; ++y) {
    const int x = y * 31 % size.width;
    for (const Rect window : {Rect{x, y, 1, 1}, Rect{0, y, size.width, 1}}) {
      ASSERT_EQ(bytes(window_of(*source, window).view()), bytes(full.view().window(window)))
          << text_of(window);
    }
  }
  for (int x = 0; x < size.width; ++x) {
    const Rect column{x, 0, 1, size.height};
    ASSERT_EQ(bytes(window_of(*source, column).view()), bytes(full.view().window(column))) << x;
  }
}

TEST_P(JpegWindows, AreJudgedAlikeWithAndWithoutPartialDecoding) {
  const Size size{200, 160};
  const auto encoded = test_jpeg(test_picture(size), GetParam());
  Rng rng(2, GetParam().name, 0, 0);
  int failures = 0;
  for (int i = 0; i < 150; ++i) {
    auto damaged = encoded;
    damaged.resize(
        static_cast<std::size_t>(rng.between(static_cast<std::int64_t>(encoded.size()) / 3,
                                             static_cast<std::int64_t>(encoded.size()) - 3)));
    if (i % 2 == 0) {
      damaged[damaged.size() - 1 - rng.below(static_cast<std::uint32_t>(damaged.size() / 3))] ^=
          std::byte{0x41};
    }
    const Rect window = random_window(rng, size);
    std::vector<std::vector<std::uint8_t>> results;
    for (const bool partial : {true, false}) {
      try {
        Picture picture(open_image(damaged), resampling_profile("opencv-linear"),
                        {.partial = partial});
        picture.crop(window);
        Image out(window.size());
        picture.render(out.view());
        results.push_back(bytes(out.view()));
      } catch (const Error& error) {
        EXPECT_EQ(error.origin(), Origin::data);
        results.emplace_back();
        ++failures;
      }
    }
    ASSERT_EQ(results[0], results[1]) << "trial " << i << " " << text_of(window);
  }
  EXPECT_GT(failures, 10);
}

INSTANTIATE_TEST_SUITE_P(Kinds, JpegWindows, ::testing::ValuesIn(jpeg_kinds()),
                         [](const auto& info) { return info.param.name; });

TEST(Jpeg, TruncationFailsOnlyTheWindowsThatNeedWhatIsMissing) {
  const Size size{128, 256};
  auto encoded = test_jpeg(test_picture(size), {"yuv420", 2, 2});
  const auto complete = open_image(encoded);
  const Image full = whole(*complete);
  const auto truncated = std::span(encoded).first(encoded.size() / 2);
  const auto source = open_image(truncated);
  const Rect top{10, 10, 100, 60};
  EXPECT_EQ(bytes(window_of(*source, top).view()), bytes(full.view().window(top)));
  try {
    static_cast<void>(window_of(*source, {10, 200, 100, 50}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::data);
    EXPECT_THAT(error.what(), HasSubstr("damaged JPEG: "));
  }
  EXPECT_EQ(bytes(window_of(*source, top).view()), bytes(full.view().window(top)))
      << "a failure must leave the decoder usable";
}

/// Everything between the first marker of the kind and the end of its segment.
std::vector<std::byte> without_segments(std::vector<std::byte> encoded, unsigned char marker) {
  for (std::size_t i = 2; i + 4 < encoded.size() && encoded[i] == std::byte{0xFF};) {
    const std::size_t length = 2 + std::to_integer<std::size_t>(encoded[i + 2]) * 256 +
                               std::to_integer<std::size_t>(encoded[i + 3]);
    if (encoded[i + 1] == std::byte{0xDA}) break;  // the scan
    const auto at = encoded.begin() + static_cast<std::ptrdiff_t>(i);
    if (encoded[i + 1] == std::byte{marker}) {
      encoded.erase(at, at + static_cast<std::ptrdiff_t>(length));
    } else {
      i += length;
    }
  }
  return encoded;
}

TEST(Jpeg, AFileWithoutTablesIsNotDecodedWithThoseOfTheOneBefore) {
  const auto good = test_jpeg(test_picture({40, 30}), {.name = "progressive", .progressive = true});
  for (const unsigned char tables : {0xDB, 0xC4}) {  // quantisation, Huffman
    const auto bare = without_segments(good, tables);
    const auto on_a_new_thread = [&] {
      std::vector<std::uint8_t> result;
      std::thread([&] {
        try {
          result = bytes(whole(*open_image(bare)).view());
        } catch (const Error&) {
        }
      }).join();
      return result;
    };
    std::vector<std::uint8_t> here;
    static_cast<void>(whole(*open_image(good)));
    try {
      here = bytes(whole(*open_image(bare)).view());
    } catch (const Error&) {
    }
    EXPECT_EQ(here, on_a_new_thread()) << "tables " << int{tables};
  }
}

TEST(Jpeg, GreyBecomesRgb) {
  const auto encoded = test_jpeg(test_picture({40, 30}), {.name = "grey", .grey = true});
  const Image full = whole(*open_image(encoded));
  const auto pixels = bytes(full.view());
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    ASSERT_EQ(pixels[i], pixels[i + 1]);
    ASSERT_EQ(pixels[i], pixels[i + 2]);
  }
}

TEST(Jpeg, SourcesMayBeReadOnAnotherThreadAndInterleaved) {
  const auto one = test_jpeg(test_picture({90, 70}, 1), {"yuv420", 2, 2});
  const auto two = test_jpeg(test_picture({50, 110}, 2), {"yuv444", 1, 1});
  const auto source_one = open_image(one);
  const auto source_two = open_image(two);
  const Image first = whole(*source_one);
  const Image second = whole(*source_two);
  std::thread([&] {
    EXPECT_EQ(bytes(whole(*source_two).view()), bytes(second.view()));
    EXPECT_EQ(bytes(whole(*source_one).view()), bytes(first.view()));
  }).join();
}

void expect_refused(std::span<const std::byte> encoded, const std::string& part) {
  try {
    static_cast<void>(open_image(encoded));
    FAIL() << "expected: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::data);
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

TEST(OpenImage, ErrorSaysWhatTheBytesLookLike) {
  expect_refused({}, "the file is empty (0 bytes)");
  const std::string text = "GIF89a, or something else";
  expect_refused(std::as_bytes(std::span(text)), "first bytes are 47 49 46 38 39 61 2c 20");
  expect_refused(std::as_bytes(std::span(text)).first(1), "first bytes are 47; allowed: JPEG");
}

TEST(OpenImage, ErrorForATruncatedHeader) {
  const auto encoded = test_jpeg(test_picture({20, 20}), {"yuv444"});
  expect_refused(std::span(encoded).first(100), "damaged JPEG");
}

TEST(OpenImage, ErrorForAnAbsurdSize) {
  auto encoded = test_jpeg(test_picture({20, 20}), {"yuv444"});
  for (std::size_t i = 0; i + 8 < encoded.size(); ++i) {
    if (encoded[i] != std::byte{0xFF} || encoded[i + 1] != std::byte{0xC0}) continue;
    for (const std::size_t k : {5U, 7U}) encoded[i + k] = std::byte{0xFF};  // 65300 px each
    break;
  }
  expect_refused(encoded, "px; allowed: 1 to 2^28 px in all");
}

}  // namespace
}  // namespace vggflow
