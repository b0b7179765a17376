#include <gtest/gtest.h>

#include <array>

#include "tests/stages/golden_file.h"
#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using namespace vggflow::testing;  // NOLINT

TEST(Grayscale, IsPillowsGreyBeforeItIsRounded) {
  const ColourAffine map = StageUnderTest("grayscale")({2, 2}).pending_colour();
  GoldenFile golden("pillow_adjust.bin");  // saturation by 0 is convert("L") on all channels
  std::array<std::uint16_t, 3> head{};
  int pixels = 0;
  while (golden.read(head)) {
    double factor = 0;
    ASSERT_TRUE(golden.read(factor));
    const auto in = bytes(golden.image({head[1], head[2]}).view());
    const auto grey = bytes(golden.image({head[1], head[2]}).view());
    if (head[0] != 2 || factor != 0) continue;
    for (std::size_t i = 0; i < in.size(); i += kChannels, ++pixels) {
      for (int c = 0; c < kChannels; ++c) {
        EXPECT_NEAR(map.channel(c, in[i], in[i + 1], in[i + 2]), grey[i], 0.505);
      }
    }
  }
  EXPECT_EQ(pixels, 17 * 12 + 1);
}

TEST(Grayscale, StaysPendingAndLeavesGreysAlone) {
  const StageUnderTest grayscale("grayscale");
  EXPECT_EQ(grayscale.role(), Role::augmentation);
  const Picture picture = grayscale({5, 4});
  EXPECT_EQ(pixels_of(picture), bytes(test_picture({5, 4}).view()));
  for (const float level : {0.0F, 7.0F, 130.0F, 255.0F}) {
    EXPECT_NEAR(picture.pending_colour().channel(1, level, level, level), level, 1e-4);
  }
}

}  // namespace
}  // namespace vggflow
