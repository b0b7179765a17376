#include "base/geometry.h"

#include <gtest/gtest.h>

#include <cmath>

namespace vggflow {
namespace {

TEST(Geometry, RescaleSetsTheShortSideAndRoundsTheLongHalfUp) {
  EXPECT_EQ(rescaled_to_short_side({500, 375}, 256), (Size{341, 256}));  // 341.33
  EXPECT_EQ(rescaled_to_short_side({375, 500}, 256), (Size{256, 341}));
  EXPECT_EQ(rescaled_to_short_side({4, 3}, 2), (Size{3, 2}));  // 2.67
  EXPECT_EQ(rescaled_to_short_side({5, 4}, 2), (Size{3, 2}));  // 2.5 goes up
  EXPECT_EQ(rescaled_to_short_side({7, 7}, 64), (Size{64, 64}));
  EXPECT_EQ(rescaled_to_short_side({10000, 1}, 512), (Size{5120000, 512}));
}

TEST(Geometry, RescaleAgreesWithItsDefinitionEverywhere) {
  for (int shorter = 1; shorter <= 40; ++shorter) {
    for (int longer = shorter; longer <= 60; ++longer) {
      for (const int target : {1, 3, 16, 56}) {
        const auto exact = static_cast<long double>(longer) * target / shorter;
        const int expected = std::max(target, static_cast<int>(std::floor(exact + 0.5L)));
        EXPECT_EQ(rescaled_to_short_side({longer, shorter}, target), (Size{expected, target}));
        if (longer != shorter) {
          EXPECT_EQ(rescaled_to_short_side({shorter, longer}, target), (Size{target, expected}));
        }
      }
    }
  }
}

TEST(Geometry, CentreWindowRoundsTheOffsetDown) {
  EXPECT_EQ(centre_window({341, 256}, {224, 224}), (Rect{58, 16, 224, 224}));
  EXPECT_EQ(centre_window({57, 56}, {56, 56}), (Rect{0, 0, 56, 56}));
}

TEST(Geometry, WithinAcceptsJustWhatLiesInside) {
  const Size whole{10, 8};
  EXPECT_TRUE((Rect{0, 0, 10, 8}).within(whole));
  EXPECT_TRUE((Rect{9, 7, 1, 1}).within(whole));
  EXPECT_FALSE((Rect{0, 0, 11, 8}).within(whole));
  EXPECT_FALSE((Rect{-1, 0, 2, 2}).within(whole));
  EXPECT_FALSE((Rect{3, 3, 0, 2}).within(whole));
  EXPECT_FALSE((Rect{9, 0, 2, 2}).within(whole));
}

}  // namespace
}  // namespace vggflow
