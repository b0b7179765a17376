#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "stages/codec/open_image.h"
#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

Picture decoded(const std::string& text, std::span<const std::byte> encoded) {
  const PlacedStage placed = make_stages(stage_list(text), "pipeline").back();
  Sample sample;
  sample.encoded = encoded;
  Rng rng = stage_rng(placed, 1, 0, 0);
  placed.stage->apply(sample, rng);
  return sample.picture;
}

TEST(Decode, GivesThePicture) {
  const auto encoded = test_jpeg(test_picture({50, 40}), {"yuv420", 2, 2});
  const Image full = whole(*open_image(encoded));
  for (const char* text : {"decode", "decode partial=false"}) {
    Picture picture = decoded(text, encoded);
    EXPECT_EQ(picture.size(), (Size{50, 40}));
    picture.crop({7, 9, 20, 20});
    EXPECT_EQ(pixels_of(picture), bytes(full.view().window({7, 9, 20, 20}))) << text;
  }
}

TEST(Decode, ProfileDecidesHowPicturesAreResampled) {
  const auto encoded = test_jpeg(test_picture({50, 40}), {"yuv420", 2, 2});
  Image full = whole(*open_image(encoded));
  for (const std::string_view name : resampling_profile_names()) {
    Image expected(Size{20, 16});
    resampling_profile(name).resample(std::as_const(full).view(), {0, 0, 50, 40},
                                      {.in = {50, 40}, .out = {20, 16}}, expected.view());
    Picture picture = decoded("decode profile=" + std::string(name), encoded);
    picture.rescale({20, 16});
    EXPECT_EQ(pixels_of(picture), bytes(std::as_const(expected).view())) << name;
  }
}

TEST(Decode, ScaledLetsTheCodecBeginAShrinkingOnlyWhenAsked) {
  const auto encoded = test_jpeg(test_picture({50, 40}), {"yuv420", 2, 2});
  Image half(Size{25, 20});
  open_image(encoded)->read_shrunk(2, {0, 0, 25, 20}, half.view());
  const auto rescaled = [&](const std::string& text) {
    Picture picture = decoded(text, encoded);
    picture.rescale({25, 20});
    return pixels_of(picture);
  };
  EXPECT_EQ(rescaled("decode scaled=auto"), bytes(std::as_const(half).view()));
  EXPECT_EQ(rescaled("decode scaled=auto partial=false"), bytes(std::as_const(half).view()));
  EXPECT_EQ(rescaled("decode scaled=off"), rescaled("decode"));
  EXPECT_NE(rescaled("decode"), bytes(std::as_const(half).view()));
  EXPECT_THAT(error_of([] { StageUnderTest("decode scaled=half"); }),
              HasSubstr("decode.scaled: got 'half'; allowed: off or auto"));
}

TEST(Decode, ErrorForUnknownProfileListsAllOfThem) {
  EXPECT_THAT(
      error_of([] { StageUnderTest("decode profile=nearest"); }),
      HasSubstr("decode.profile: got 'nearest'; allowed: " + joined(resampling_profile_names())));
}

TEST(Decode, ErrorForBytesThatAreNoImage) {
  EXPECT_THAT(error_of([] { static_cast<void>(decoded("decode", {})); }),
              HasSubstr("the file is empty"));
}

}  // namespace
}  // namespace vggflow
