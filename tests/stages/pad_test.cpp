#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/stages/golden_file.h"
#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

const std::array<std::string, 3> kModes{"fill=[10,20,30]", "mode=edge", "mode=reflect"};

void run_stages(const std::string& stages, Picture& picture) {
  Sample sample;
  sample.picture = picture;
  for (const PlacedStage& placed : make_stages(stage_list(stages), "pipeline")) {
    if (placed.role() == Role::decode) continue;
    Rng rng = stage_rng(placed, 1, 0, 0);
    placed.stage->apply(sample, rng);
  }
  picture = sample.picture;
}

TEST(Pad, EqualsNumpy) {
  GoldenFile golden("numpy_pad.bin");
  std::array<std::uint16_t, 4> head{};  // mode, width, height, px
  int cases = 0;
  for (; golden.read(head); ++cases) {
    const int px = head[3];
    Image in = golden.image({head[1], head[2]});
    const Image expected = golden.image({head[1] + 2 * px, head[2] + 2 * px});
    Picture picture(std::make_shared<MemorySource>(std::move(in)),
                    resampling_profile("opencv-linear"));
    run_stages("pad px=" + std::to_string(px) + " " + kModes.at(head[0]), picture);
    EXPECT_EQ(pixels_of(picture), bytes(expected.view())) << kModes.at(head[0]) << " " << px;
  }
  EXPECT_EQ(cases, 21);
}

TEST(Pad, ToASizeKeepsThePictureInTheMiddle) {
  const StageUnderTest pad("pad size=10");
  EXPECT_EQ(pad({4, 12}).size(), (Size{10, 12}));
  EXPECT_EQ(pixels_of(pad({12, 10})), bytes(test_picture({12, 10}).view()));
  Picture picture = pad({5, 8});
  EXPECT_EQ(picture.size(), (Size{10, 10}));
  picture.crop({2, 1, 5, 8});
  EXPECT_EQ(pixels_of(picture), bytes(test_picture({5, 8}).view()));
  Picture centre = pad({5, 8});
  run_stages("center_crop size=8", centre);
  centre.crop({1, 0, 5, 8});
  EXPECT_EQ(pixels_of(centre), bytes(test_picture({5, 8}).view()));
}

/// A random chain of geometry around the pads.
std::string random_geometry(Rng& rng) {
  switch (rng.below(4)) {
    case 0:
      return "; rescale side=" + std::to_string(rng.between(5, 30));
    case 1:
      return "; center_crop size=" + std::to_string(rng.between(1, 5));
    case 2:
      return "; flip probability=1";
    default:
      return "; pad px=" + std::to_string(rng.between(0, 9)) + " " + kModes[rng.below(3)];
  }
}

TEST(Pad, LazyEqualsStepByStep) {
  Rng rng(5, "pad", 0, 0);
  for (int i = 0; i < 400; ++i) {
    const Size size{static_cast<int>(rng.between(5, 30)), static_cast<int>(rng.between(5, 30))};
    const auto source = std::make_shared<MemorySource>(test_picture(size));
    Picture lazy(source, resampling_profile("opencv-linear"), {.partial = i % 2 == 0});
    Picture at_once = lazy;
    if (i % 5 == 0) lazy.keep_decoded();
    std::string chain;
    for (int step = 0; step < 6; ++step) {
      const std::string next = random_geometry(rng);
      if (next.find("center_crop") != std::string::npos && at_once.size().short_side() < 5)
        continue;
      chain += next;
      run_stages(next.substr(2), lazy);
      run_stages(next.substr(2), at_once);
      static_cast<void>(at_once.pixels());
    }
    ASSERT_EQ(lazy.size(), at_once.size()) << chain;
    ASSERT_EQ(pixels_of(lazy), pixels_of(at_once)) << to_string(size) << chain;
  }
}

TEST(Pad, OnlyWhatIsShownIsRead) {
  for (const std::string& mode : kModes) {
    const auto source = std::make_shared<MemorySource>(test_picture({40, 30}));
    Picture picture(source, resampling_profile("opencv-linear"));
    run_stages("pad px=4 " + mode, picture);
    EXPECT_EQ(source->reads(), 0);
    Picture inside = picture;
    inside.crop({14, 9, 8, 7});
    static_cast<void>(pixels_of(inside));
    EXPECT_EQ(source->last_read(), (Rect{10, 5, 8, 7}));
    picture.crop({0, 0, 10, 10});
    static_cast<void>(pixels_of(picture));
    EXPECT_EQ(source->last_read(), (Rect{0, 0, 6, 6}));
  }
}

TEST(Pad, ABorderAloneReadsNoMoreThanItShows) {
  const auto source = std::make_shared<MemorySource>(test_picture({40, 30}));
  Picture picture(source, resampling_profile("opencv-linear"));
  run_stages("pad px=9 fill=[10,20,30]", picture);
  picture.crop({0, 0, 9, 2});
  const auto pixels = pixels_of(picture);
  EXPECT_EQ(pixels[0], 10);
  EXPECT_EQ(pixels.back(), 30);
  EXPECT_EQ(source->reads(), 0);
}

TEST(Pad, KnowsWhatComesOut) {
  const StageUnderTest by_px("pad px=3");
  EXPECT_EQ(by_px.role(), Role::geometry);
  EXPECT_EQ(by_px.extent(Extent::of({10, 5})).fixed, (Size{16, 11}));
  EXPECT_EQ(by_px.extent({.fixed = {}, .least_side = 20}).least_side, 26);
  EXPECT_FALSE(by_px.extent({}).least_side);
  const StageUnderTest to_size("pad size=12");
  EXPECT_EQ(to_size.extent(Extent::of({10, 25})).fixed, (Size{12, 25}));
  EXPECT_EQ(to_size.extent({.fixed = {}, .least_side = 5}).least_side, 12);
  EXPECT_EQ(to_size.extent({.fixed = {}, .least_side = 20}).least_side, 20);
}

TEST(Pad, ErrorForBadParameters) {
  EXPECT_THAT(error_of([] { StageUnderTest("pad"); }),
              HasSubstr("pad.size: is missing, px as well; allowed: one of the two"));
  EXPECT_THAT(error_of([] { StageUnderTest("pad px=3 size=9"); }),
              HasSubstr("pad.size: is given beside px; allowed: one of the two"));
  EXPECT_THAT(error_of([] { StageUnderTest("pad px=-1"); }),
              HasSubstr("pad.px: got '-1'; allowed: a whole number from 0 to 16384"));
  EXPECT_THAT(error_of([] { StageUnderTest("pad px=1 mode=wrap"); }),
              HasSubstr("pad.mode: got 'wrap'; allowed: constant, edge or reflect"));
  EXPECT_THAT(error_of([] { StageUnderTest("pad px=1 mode=edge fill=[0,0,0]"); }),
              HasSubstr("pad.fill: is of no use with mode edge; allowed: with constant"));
}

}  // namespace
}  // namespace vggflow
