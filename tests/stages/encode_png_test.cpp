#include "stages/codec/encode_png.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "stages/codec/open_image.h"
#include "tests/stages/test_images.h"

namespace vggflow {
namespace {

using namespace vggflow::testing;  // NOLINT
using ::testing::HasSubstr;

std::vector<std::uint8_t> decoded(const std::vector<std::byte>& png) {
  const auto source = open_image(png);
  Image image(source->size());
  source->read({0, 0, source->size().width, source->size().height}, image.view());
  return bytes(image.view());
}

TEST(EncodePng, IsDecodedToTheSamePixels) {
  for (const Size size : {Size{1, 1}, Size{1, 9}, Size{9, 1}, Size{37, 21}, Size{640, 480}}) {
    const Image image = test_picture(size);
    EXPECT_EQ(decoded(encode_png(image.view())), bytes(image.view())) << to_string(size);
  }
}

TEST(EncodePng, GivesTheSameBytesAgain) {
  const Image image = test_picture({64, 48});
  EXPECT_EQ(encode_png(image.view()), encode_png(image.view()));
}

TEST(EncodePng, TakesAWindowOfALargerPicture) {
  const Image image = test_picture({40, 30});
  const ConstImageView window = image.view().window({3, 5, 16, 9});
  EXPECT_EQ(decoded(encode_png(window)), bytes(window));
}

TEST(EncodePng, ErrorOfASizeThatAPngCannotHave) {
  try {
    static_cast<void>(encode_png(Image(Size{0, 0}).view()));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot write a PNG of 0x0: "));
  }
}

}  // namespace
}  // namespace vggflow
