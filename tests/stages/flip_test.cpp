#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

int mirrored_of_1000(const std::string& stage) {
  const StageUnderTest flip(stage);
  const auto as_stored = bytes(test_picture({3, 1}).view());
  int mirrored = 0;
  for (std::uint64_t id = 0; id < 1000; ++id) mirrored += pixels_of(flip({3, 1}, id)) != as_stored;
  return mirrored;
}

TEST(Flip, MirrorsAsOftenAsAsked) {
  EXPECT_EQ(mirrored_of_1000("flip probability=0"), 0);
  EXPECT_EQ(mirrored_of_1000("flip probability=1"), 1000);
  EXPECT_NEAR(mirrored_of_1000("flip"), 500, 60);
  EXPECT_NEAR(mirrored_of_1000("flip probability=0.2"), 200, 50);
}

TEST(Flip, SwapsLeftAndRight) {
  const Image picture = test_picture({2, 1});
  std::vector<std::uint8_t> expected(picture.view().at(1, 0), picture.view().at(1, 0) + 3);
  expected.insert(expected.end(), picture.view().at(0, 0), picture.view().at(0, 0) + 3);
  EXPECT_EQ(pixels_of(StageUnderTest("flip probability=1")({2, 1})), expected);
}

TEST(Flip, IsAnAugmentation) { EXPECT_EQ(StageUnderTest("flip").role(), Role::augmentation); }

TEST(Flip, ErrorForAnImpossibleProbability) {
  EXPECT_THAT(error_of([] { StageUnderTest("flip probability=1.5"); }),
              HasSubstr("flip.probability: got '1.5'; allowed: a number from 0 to 1"));
}

}  // namespace
}  // namespace vggflow
