#include "stages/baseline/baseline.h"

#include <gmock/gmock.h>

#include "stages/codec/open_image.h"
#include "stages/resample/profile.h"
#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using namespace vggflow::testing;  // NOLINT

constexpr Size kStored{200, 150};

/// Geometry on a JPEG: what a baseline is told, and what the library makes.
struct Work {
  std::vector<std::byte> encoded = test_jpeg(test_picture(kStored), {"yuv420", 2, 2});
  Picture picture{open_image(encoded), resampling_profile("opencv-linear")};
};

TEST(Baseline, FullDecodeAndResizeMakesTheSamePixels) {
  const auto baseline = full_decode_and_resize();
  ASSERT_TRUE(baseline) << "the tests are built with OpenCV";
  for (const bool mirror_first : {false, true}) {
    for (const bool mirror_last : {false, true}) {
      Work work;
      work.picture.crop({11, 7, 160, 120});
      if (mirror_first) work.picture.mirror();
      work.picture.rescale({100, 75});
      work.picture.crop({20, 9, 56, 48});
      if (mirror_last) work.picture.mirror();
      baseline->run(work.encoded, work.picture.pending());
      EXPECT_EQ(bytes(baseline->made()), pixels_of(work.picture));
    }
  }
}

/// What one image leaves behind is no memory of the next.
TEST(Baseline, FullDecodeOfLargerAndLargerPictures) {
  const auto baseline = full_decode_and_resize();
  for (const bool mirror_first : {false, true, false, true}) {
    for (const int side : {150, 700, 300}) {
      const auto encoded = test_jpeg(test_picture({side + 50, side}), {"yuv420", 2, 2});
      Picture picture(open_image(encoded), resampling_profile("opencv-linear"));
      picture.crop({3, 3, 120, 110});
      if (mirror_first) picture.mirror();
      picture.rescale({60, 55});
      baseline->run(encoded, picture.pending());
      EXPECT_EQ(bytes(baseline->made()), pixels_of(picture));
    }
  }
}

TEST(Baseline, FullDecodeWithoutARescaleCrops) {
  Work work;
  work.picture.crop({11, 7, 56, 48});
  work.picture.mirror();
  const auto baseline = full_decode_and_resize();
  baseline->run(work.encoded, work.picture.pending());
  EXPECT_EQ(bytes(baseline->made()), pixels_of(work.picture));
}

TEST(Baseline, BareWindowDecodeReadsTheWindowsColumnsAndRows) {
  Work work;
  work.picture.rescale({100, 75});
  work.picture.crop({20, 9, 56, 48});
  const Rect read = work.picture.pending().read;
  EXPECT_EQ(read, (Rect{40, 18, 112, 96}));  // exactly half
  const auto baseline = bare_window_decode();
  baseline->run(work.encoded, work.picture.pending());
  EXPECT_EQ(baseline->made().size.height, read.height);
  EXPECT_GE(baseline->made().size.width, read.width);
  EXPECT_LE(baseline->made().size.width, read.width + 32);  // whole iMCUs on either side
}

TEST(Baseline, ReadsJpegsOnly) {
  EXPECT_TRUE(baselines_can_read(Work().encoded));
  EXPECT_FALSE(baselines_can_read({}));
  const std::vector<std::byte> png{std::byte{0x89}, std::byte{'P'}, std::byte{'N'}};
  EXPECT_FALSE(baselines_can_read(png));
}

}  // namespace
}  // namespace vggflow
