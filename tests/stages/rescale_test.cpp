#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

TEST(Rescale, ShortSideBecomesSAndTheLongSideRoundsHalfUp) {
  const StageUnderTest rescale("rescale side=64");
  EXPECT_EQ(rescale({500, 375}).size(), (Size{85, 64}));
  EXPECT_EQ(rescale({375, 500}).size(), (Size{64, 85}));
  EXPECT_EQ(rescale({128, 161}).size(), (Size{64, 81}));  // 80.5
  EXPECT_EQ(rescale({64, 64}).size(), (Size{64, 64}));
  EXPECT_EQ(rescale({1, 3}).size(), (Size{64, 192}));
  EXPECT_EQ(rescale({1, 1}).size(), (Size{64, 64}));
  EXPECT_EQ(rescale.role(), Role::geometry);
}

TEST(Rescale, KnowsWhatComesOut) {
  const StageUnderTest rescale("rescale side=64");
  EXPECT_EQ(rescale.extent({}).least_side, 64);
  EXPECT_FALSE(rescale.extent({}).fixed);
  EXPECT_EQ(rescale.extent(Extent::of({128, 256})).fixed, (Size{64, 128}));
}

TEST(Rescale, ErrorForSidesOutOfBounds) {
  EXPECT_THAT(error_of([] { StageUnderTest("rescale side=0"); }),
              HasSubstr("rescale.side: got '0'; allowed: a whole number from 1 to 16384"));
}

TEST(RandomRescale, DrawsEverySideBothEndsIncluded) {
  const StageUnderTest rescale("random_rescale min=10 max=14");
  std::map<int, int> seen;
  for (std::uint64_t id = 0; id < 2000; ++id) ++seen[rescale({40, 20}, id).size().short_side()];
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_EQ(seen.begin()->first, 10);
  EXPECT_EQ(seen.rbegin()->first, 14);
  for (const auto& [side, count] : seen) EXPECT_NEAR(count, 400, 90) << side;
}

TEST(RandomRescale, KnowsWhatComesOut) {
  EXPECT_EQ(StageUnderTest("random_rescale min=10 max=14").extent({}).least_side, 10);
  EXPECT_EQ(StageUnderTest("random_rescale min=10 max=10").extent(Extent::of({20, 30})).fixed,
            (Size{10, 15}));
}

TEST(RandomRescale, ErrorForAnEmptyRange) {
  EXPECT_THAT(error_of([] { StageUnderTest("random_rescale min=14 max=10"); }),
              HasSubstr("random_rescale.max: got 10; allowed: at least min, 14"));
}

}  // namespace
}  // namespace vggflow
