#include "pipeline/epoch_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace vggflow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EpochOrder, IsAPermutation) {
  for (const std::uint32_t count : {1U, 2U, 3U, 100U, 9469U}) {
    std::vector<std::uint32_t> order = epoch_order(1, 0, count);
    std::ranges::sort(order);
    std::vector<std::uint32_t> all(count);
    std::iota(all.begin(), all.end(), 0U);
    EXPECT_EQ(order, all);
  }
  EXPECT_THAT(epoch_order(1, 0, 0), IsEmpty());
}

// From an independent implementation in Python. A checkpoint of today must go on in the same order
// with tomorrow's version.
TEST(EpochOrder, GoldenValues) {
  EXPECT_THAT(epoch_order(1, 0, 10), ElementsAre(6, 9, 3, 0, 1, 2, 4, 5, 7, 8));
  EXPECT_THAT(epoch_order(0xFFFFFFFFFFFFFFFFULL, 73, 8), ElementsAre(3, 2, 7, 5, 1, 0, 4, 6));
}

TEST(EpochOrder, DiffersByEpochAndSeed) {
  const auto order = epoch_order(1, 0, 50);
  EXPECT_EQ(order, epoch_order(1, 0, 50));
  EXPECT_NE(order, epoch_order(1, 1, 50));
  EXPECT_NE(order, epoch_order(2, 0, 50));
  EXPECT_NE(order, epoch_order(1ULL << 32 | 1, 0, 50));
}

TEST(EpochOrder, EveryOrderIsEquallyLikely) {
  constexpr int kDraws = 24000;
  std::map<std::vector<std::uint32_t>, int> counts;
  for (std::uint32_t epoch = 0; epoch < kDraws; ++epoch) ++counts[epoch_order(7, epoch, 4)];
  ASSERT_EQ(counts.size(), 24U);
  double chi_square = 0;
  for (const auto& [order, count] : counts)
    chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
  EXPECT_LT(chi_square, 49.7);  // 0.999 quantile for 23 degrees of freedom
  EXPECT_GT(chi_square, 7.5);   // 0.001 quantile: as even as this would be suspicious too
}

}  // namespace
}  // namespace vggflow
