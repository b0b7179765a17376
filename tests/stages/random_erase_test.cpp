#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

/// RandomErasing.get_params of torchvision, given the stage's random numbers; empty: nothing fits.
Rect torchvisions(Size whole, Rng rng) {
  static_cast<void>(rng.uniform());  // whether
  const auto rounded = [](double side) { return static_cast<int>(std::nearbyint(side)); };
  for (int i = 0; i < 10; ++i) {
    const double area = static_cast<double>(whole.area()) * (0.02 + (0.33 - 0.02) * rng.uniform());
    const double u = rng.bits() * 0x1p-32;
    const double aspect = std::exp(std::log(0.3) + (std::log(3.3) - std::log(0.3)) * u);
    const int h = rounded(std::sqrt(area * aspect));
    const int w = rounded(std::sqrt(area / aspect));
    if (h >= whole.height || w >= whole.width || h < 1 || w < 1) continue;
    const auto x = static_cast<int>(rng.between(0, whole.width - w));
    const auto y = static_cast<int>(rng.between(0, whole.height - h));
    return {x, y, w, h};
  }
  return {};
}

/// The test picture with a rectangle of one colour.
std::vector<std::uint8_t> erased(Size size, Rect part, std::array<std::uint8_t, 3> colour) {
  Image image = test_picture(size);
  for (int y = part.y; y < part.y + part.height; ++y) {
    for (int x = part.x; x < part.x + part.width; ++x) {
      std::copy_n(colour.begin(), kChannels, image.view().at(x, y));
    }
  }
  return bytes(image.view());
}

TEST(RandomErase, EqualsTorchvisionsParameters) {
  const StageUnderTest erase("random_erase probability=1 fill=[1,2,250]");
  EXPECT_EQ(erase.role(), Role::augmentation);
  for (const Size size : {Size{60, 40}, Size{11, 50}, Size{3, 40}, Size{2, 2}, Size{1, 1}}) {
    for (std::uint64_t id = 0; id < 200; ++id) {
      const Rect part = torchvisions(size, Rng(1, "random_erase#0", 0, id));
      ASSERT_EQ(pixels_of(erase(size, id)), erased(size, part, {1, 2, 250}))
          << to_string(size) << " " << id;
    }
  }
}

TEST(RandomErase, FillsWithTheMeanOfImagenet) {
  EXPECT_EQ(
      pixels_of(StageUnderTest("random_erase probability=1 fill=mean")({30, 20}, 4)),
      erased({30, 20}, torchvisions({30, 20}, Rng(1, "random_erase#0", 0, 4)), {124, 117, 104}));
}

TEST(RandomErase, NoiseIsUniformWithinTheRectangleAlone) {
  const StageUnderTest erase("random_erase probability=1");
  const Size size{60, 40};
  std::array<int, 8> seen{};
  int levels = 0;
  for (std::uint64_t id = 0; id < 50; ++id) {
    const Rect part = torchvisions(size, Rng(1, "random_erase#0", 0, id));
    Image image(size);
    erase(size, id).render(image.view());
    for (const std::uint8_t level : bytes(image.view().window(part))) ++seen[level / 32], ++levels;
    for (int y = part.y; y < part.y + part.height; ++y) {
      for (int x = part.x; x < part.x + part.width; ++x) {
        std::fill_n(image.view().at(x, y), kChannels, std::uint8_t{9});
      }
    }
    ASSERT_EQ(bytes(image.view()), erased(size, part, {9, 9, 9}));
  }
  for (const int count : seen) EXPECT_NEAR(count, levels / 8, levels / 80);
}

TEST(RandomErase, ErrorForBadParameters) {
  EXPECT_THAT(error_of([] { StageUnderTest("random_erase area=[0.3,0.1]"); }),
              HasSubstr("area: got [0.3, 0.1]; allowed: the lower bound first"));
  EXPECT_THAT(error_of([] { StageUnderTest("random_erase aspect=[0,1]"); }),
              HasSubstr("aspect: got '0'; allowed: a number from 0.001 to 1000"));
  EXPECT_THAT(error_of([] { StageUnderTest("random_erase fill=black"); }),
              HasSubstr("fill: got 'black'; allowed: noise, mean or [R, G, B]"));
  EXPECT_THAT(error_of([] { StageUnderTest("random_erase fill=[0,0]"); }),
              HasSubstr("fill: got a list; allowed: a list of 3 numbers"));
  EXPECT_THAT(error_of([] { StageUnderTest("random_erase fill=[0,0,256]"); }),
              HasSubstr("fill: got '256'; allowed: a whole number from 0 to 255"));
}

}  // namespace
}  // namespace vggflow
