#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

std::string text_of(const std::vector<std::uint8_t>& pixels) {
  return {pixels.begin(), pixels.end()};
}

std::vector<std::uint8_t> window(Size size, Rect rect) {
  const Image picture = test_picture(size);
  return bytes(picture.view().window(rect));
}

TEST(CenterCrop, OffsetIsRoundedDown) {
  const StageUnderTest crop("center_crop size=6");
  EXPECT_EQ(pixels_of(crop({11, 8})), window({11, 8}, {2, 1, 6, 6}));
  EXPECT_EQ(pixels_of(crop({6, 6})), window({6, 6}, {0, 0, 6, 6}));
  EXPECT_EQ(crop.role(), Role::geometry);
}

TEST(RandomCrop, EveryPositionIsEquallyLikely) {
  const StageUnderTest crop("random_crop size=6");
  std::map<std::string, int> seen;
  for (std::uint64_t id = 0; id < 1800; ++id) ++seen[text_of(pixels_of(crop({8, 7}, id)))];
  ASSERT_EQ(seen.size(), 6U);
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 3; ++x) EXPECT_NEAR(seen[text_of(window({8, 7}, {x, y, 6, 6}))], 300, 75);
  }
}

TEST(RandomCrop, OfTheWholePictureIsThePicture) {
  EXPECT_EQ(pixels_of(StageUnderTest("random_crop size=6")({6, 6})), window({6, 6}, {0, 0, 6, 6}));
}

class Crops : public ::testing::TestWithParam<std::string> {};

TEST_P(Crops, ErrorForAPictureThatIsTooSmall) {
  const StageUnderTest crop(GetParam() + " size=6");
  EXPECT_EQ(error_of([&] {
              static_cast<void>(crop({5, 9}));
            }),
            "the picture of 5x9 px is smaller than the crop of 6 px");
}

TEST_P(Crops, ErrorForSmallPicturesKnownBeforehand) {
  const StageUnderTest crop(GetParam() + " size=6");
  EXPECT_EQ(crop.extent({}).fixed, (Size{6, 6}));
  EXPECT_EQ(crop.extent({.fixed = {}, .least_side = 6}).fixed, (Size{6, 6}));
  EXPECT_THAT(error_of([&] { static_cast<void>(crop.extent({.fixed = {}, .least_side = 5})); }),
              HasSubstr("a crop of 6 px does not fit pictures whose short side may be 5 px"));
  EXPECT_THAT(error_of([&] {
                static_cast<void>(crop.extent(Extent::of({1, 9})));
              }),
              HasSubstr("may be 1 px"));
}

TEST_P(Crops, ErrorForAMissingSize) {
  EXPECT_THAT(error_of([] { StageUnderTest{GetParam()}; }), HasSubstr("size: is missing"));
}

INSTANTIATE_TEST_SUITE_P(Both, Crops, ::testing::Values("center_crop", "random_crop"));

}  // namespace
}  // namespace vggflow
