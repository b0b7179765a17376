// What holds of all stages that draw random numbers, change pixels or sizes.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using namespace vggflow::testing;  // NOLINT

constexpr std::array kSizes{Size{1, 1}, Size{1, 9}, Size{9, 1}, Size{2, 3}, Size{24, 17}};

class Augmentations : public ::testing::TestWithParam<std::string> {};

TEST_P(Augmentations, AreAFunctionOfPictureAndKey) {
  const StageUnderTest stage(GetParam());
  const StageUnderTest again(GetParam());
  for (const Size size : kSizes) {
    for (std::uint64_t id = 0; id < 20; ++id) {
      const Picture picture = stage(size, id);
      static_cast<void>(stage(size, id + 1));
      const Picture same = again(size, id);
      ASSERT_EQ(picture.pending_colour(), same.pending_colour());
      ASSERT_EQ(pixels_of(picture), pixels_of(same)) << to_string(size) << " " << id;
    }
  }
}

TEST_P(Augmentations, MakeTheSizeThatTheyPromise) {
  const StageUnderTest stage(GetParam());
  for (const Size size : kSizes) {
    for (std::uint64_t id = 0; id < 20; ++id) {
      EXPECT_EQ(stage(size, id).size(), stage.extent(Extent::of(size)).fixed) << to_string(size);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Stages, Augmentations,
    ::testing::Values("blur", "blur sigma=[1,5] probability=0.5 kernel=9",
                      "colour_jitter brightness=0.4 contrast=0.4 saturation=0.4 hue=0.1",
                      "grayscale probability=0.5", "pad px=3 mode=reflect", "pad size=12 mode=edge",
                      "pad size=5", "random_erase", "random_erase probability=1 fill=mean",
                      "random_resized_crop size=16"),
    [](const auto& info) {
      return info.param.substr(0, info.param.find(' ')) + "_" + std::to_string(info.index);
    });

using StageText = std::string;
class Chances : public ::testing::TestWithParam<StageText> {};

/// How many of 1000 pictures the stage changes.
int changed_of_1000(const std::string& stage_text) {
  const StageUnderTest stage(stage_text);
  const Size size{12, 9};
  const auto before = bytes(test_picture(size).view());
  int changed = 0;
  for (std::uint64_t id = 0; id < 1000; ++id) {
    const Picture picture = stage(size, id);
    changed += picture.pending_colour() != ColourAffine{} || pixels_of(picture) != before ? 1 : 0;
  }
  return changed;
}

TEST_P(Chances, AreAsAsked) {
  EXPECT_EQ(changed_of_1000(GetParam() + " probability=0"), 0);
  EXPECT_EQ(changed_of_1000(GetParam() + " probability=1"), 1000);
  EXPECT_NEAR(changed_of_1000(GetParam() + " probability=0.2"), 200, 50);
}

TEST_P(Chances, ErrorForAnImpossibleProbability) {
  EXPECT_NE(error_of([] {
              StageUnderTest(GetParam() + " probability=1.5");
            }).find("probability: got '1.5'; allowed: a number from 0 to 1"),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Stages, Chances,
                         ::testing::Values("blur sigma=[1,2]", "grayscale",
                                           "random_erase aspect=[0.8,1.2] area=[0.1,0.3]"),
                         [](const auto& info) {
                           return info.param.substr(0, info.param.find(' '));
                         });

}  // namespace
}  // namespace vggflow
