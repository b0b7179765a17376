#include "stages/codec/encode_jpeg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;

Image chequered(Size size) {
  Image image(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      for (int c = 0; c < kChannels; ++c) {
        image.view().at(x, y)[c] = static_cast<std::uint8_t>((x * 5 + y * 3 + c * 70) % 256);
      }
    }
  }
  return image;
}

std::string hex_of_marker(const std::vector<std::byte>& jpeg, std::size_t at) {
  char text[5];
  std::snprintf(text, sizeof text, "%02x%02x", static_cast<unsigned>(jpeg[at]),
                static_cast<unsigned>(jpeg[at + 1]));
  return text;
}

TEST(EncodeJpeg, IsAWholeJpegAndGrowsWithQualityAndChroma) {
  const Image image = chequered({37, 21});
  const auto jpeg = encode_jpeg(image.view(), 80);
  EXPECT_EQ(hex_of_marker(jpeg, 0), "ffd8");
  EXPECT_EQ(hex_of_marker(jpeg, jpeg.size() - 2), "ffd9");
  EXPECT_EQ(jpeg, encode_jpeg(image.view(), 80));
  EXPECT_GT(encode_jpeg(image.view(), 95).size(), jpeg.size());
  EXPECT_GT(encode_jpeg(image.view(), 80, true).size(), jpeg.size());
}

TEST(EncodeJpeg, TakesAWindowOfALargerPicture) {
  const Image image = chequered({40, 30});
  const ConstImageView window = image.view().window({3, 5, 16, 9});
  Image copy({16, 9});
  for (int y = 0; y < 9; ++y) std::copy_n(window.row(y), 16 * kChannels, copy.view().row(y));
  EXPECT_EQ(encode_jpeg(window, 90), encode_jpeg(copy.view(), 90));
}

TEST(EncodeJpeg, ErrorOfSizesThatAJpegCannotHave) {
  for (const Size size : {Size{0, 0}, Size{70000, 1}}) {
    try {
      static_cast<void>(encode_jpeg(Image(size).view(), 90));
      FAIL() << to_string(size);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("cannot write a JPEG of " + to_string(size) + ": "));
    }
  }
}

}  // namespace
}  // namespace vggflow
