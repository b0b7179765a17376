#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <span>
#include <sstream>
#include <string>

#include "base/sha256.h"
#include "stages/colour/pillow_adjust.h"
#include "tests/stages/golden_file.h"
#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

constexpr std::array kAdjust{adjust_brightness, adjust_contrast, adjust_saturation, shift_hue};

TEST(PillowAdjust, EqualsPillow) {
  GoldenFile golden("pillow_adjust.bin");
  std::array<std::uint16_t, 3> head{};  // kind, width, height
  int cases = 0;
  for (; golden.read(head); ++cases) {
    double factor = 0;
    ASSERT_TRUE(golden.read(factor));
    Image image = golden.image({head[1], head[2]});
    const Image expected = golden.image(image.size());
    kAdjust.at(head[0])(image.view(), factor);
    EXPECT_EQ(bytes(image.view()), bytes(expected.view())) << head[0] << " " << factor;
  }
  EXPECT_EQ(cases, 72);
}

TEST(PillowAdjust, ShiftsTheHueOfEveryColourAsPillow) {
  std::ifstream golden(std::string(VGGFLOW_GOLDEN_DIR) + "/pillow_hue.txt");
  double turn = 0;
  int cases = 0;
  for (std::string expected; golden >> turn >> expected; ++cases) {
    Sha256 digest;
    Image reds({256, 256});  // one red, all greens and blues
    for (int red = 0; red < 256; ++red) {
      std::uint8_t* pixel = reds.view().data;
      for (int i = 0; i < 256 * 256; ++i, pixel += kChannels) {
        pixel[0] = static_cast<std::uint8_t>(red);
        pixel[1] = static_cast<std::uint8_t>(i >> 8);
        pixel[2] = static_cast<std::uint8_t>(i);
      }
      shift_hue(reds.view(), turn);
      digest.update(std::as_bytes(std::span(reds.view().data, 3U << 16)));
    }
    EXPECT_EQ(digest.hex(), expected) << turn;
  }
  EXPECT_EQ(cases, 2);
}

struct Jitter {
  std::array<double, 4> strength;  // brightness, contrast, saturation, hue
  [[nodiscard]] std::string text() const {
    std::ostringstream text;
    text << "colour_jitter brightness=" << strength[0] << " contrast=" << strength[1]
         << " saturation=" << strength[2] << " hue=" << strength[3];
    return text.str();
  }
  /// The numbers that the stage draws for an image.
  [[nodiscard]] std::array<double, 4> drawn(std::uint64_t id) const {
    Rng rng(1, "colour_jitter#0", 0, id);
    std::array<double, 4> numbers{};
    for (std::size_t i = 0; i < 4; ++i) {
      const double lo = i == 3 ? -strength[3] : std::max(0.0, 1 - strength[i]);
      const double hi = i == 3 ? strength[3] : 1 + strength[i];
      numbers[i] = lo + (hi - lo) * rng.uniform();
    }
    return numbers;
  }
};

TEST(ColourJitter, ChangesByTheFactorsDrawnInAnyOrderEquallyLikely) {
  const Jitter jitter{{0.4, 0.5, 1.6, 0.2}};
  const StageUnderTest stage(jitter.text());
  EXPECT_EQ(stage.role(), Role::augmentation);
  std::map<std::array<int, 4>, int> seen;
  for (std::uint64_t id = 0; id < 960; ++id) {
    const auto result = pixels_of(stage({9, 8}, id));
    const auto numbers = jitter.drawn(id);
    std::array<int, 4> order{0, 1, 2, 3};
    bool explained = false;
    do {
      Image image = test_picture({9, 8});
      for (const int kind : order) {
        kAdjust.at(static_cast<std::size_t>(kind))(image.view(),
                                                   numbers[static_cast<std::size_t>(kind)]);
      }
      if (bytes(image.view()) != result) continue;
      ++seen[order];
      explained = true;
    } while (std::next_permutation(order.begin(), order.end()));
    ASSERT_TRUE(explained) << id;
  }
  EXPECT_EQ(seen.size(), 24U);
  for (const auto& [order, count] : seen) EXPECT_NEAR(count, 40, 25);
}

TEST(ColourJitter, OneAloneDrawsAsAmongTheOthers) {
  for (std::size_t kind = 0; kind < 4; ++kind) {
    Jitter jitter{{0, 0, 0, 0}};
    jitter.strength[kind] = 0.45;
    const StageUnderTest stage(jitter.text());
    for (std::uint64_t id = 0; id < 20; ++id) {
      Image image = test_picture({9, 8});
      kAdjust[kind](image.view(), jitter.drawn(id)[kind]);
      EXPECT_EQ(pixels_of(stage({9, 8}, id)), bytes(image.view())) << kind;
    }
  }
}

TEST(ColourJitter, WithoutStrengthDoesNothing) {
  const StageUnderTest stage("colour_jitter");
  EXPECT_EQ(pixels_of(stage({9, 8})), bytes(test_picture({9, 8}).view()));
}

TEST(ColourJitter, ErrorForStrengthsOutOfBounds) {
  EXPECT_THAT(error_of([] { StageUnderTest("colour_jitter hue=0.6"); }),
              HasSubstr("colour_jitter.hue: got '0.6'; allowed: a number from 0 to 0.5"));
  EXPECT_THAT(error_of([] { StageUnderTest("colour_jitter contrast=-1"); }),
              HasSubstr("colour_jitter.contrast: got '-1'; allowed: a number from 0 to 100"));
}

}  // namespace
}  // namespace vggflow
