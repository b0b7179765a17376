#include "nets/cudnn/memory_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/rng.h"

namespace vggflow::cudnn {
namespace {

std::vector<Blob> random_blobs(std::uint64_t seed) {
  Rng rng(seed, "blobs", 0, 0);
  std::vector<Blob> blobs(rng.below(60) + 1);
  for (Blob& blob : blobs) {
    blob.bytes = rng.below(100000);
    blob.first = static_cast<int>(rng.below(40));
    blob.last = blob.first + static_cast<int>(rng.below(20));
  }
  return blobs;
}

bool meet(const Blob& a, const Blob& b) { return a.first <= b.last && b.first <= a.last; }

std::size_t aligned(std::size_t bytes) {
  return (bytes + MemoryPlan::kAlignment - 1) / MemoryPlan::kAlignment * MemoryPlan::kAlignment;
}

TEST(MemoryPlan, BlobsThatAreNeededTogetherDoNotOverlap) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto blobs = random_blobs(seed);
    const MemoryPlan plan(blobs);
    for (std::size_t a = 0; a < blobs.size(); ++a) {
      EXPECT_EQ(plan.offset(a) % MemoryPlan::kAlignment, 0U);
      EXPECT_LE(plan.offset(a) + blobs[a].bytes, plan.bytes());
      for (std::size_t b = 0; b < a; ++b) {
        const bool apart = plan.offset(a) + blobs[a].bytes <= plan.offset(b) ||
                           plan.offset(b) + blobs[b].bytes <= plan.offset(a);
        EXPECT_TRUE(apart || !meet(blobs[a], blobs[b])) << "seed " << seed;
      }
    }
  }
}

TEST(MemoryPlan, TakesNoMoreThanWhatIsNeededAtOnceOfBlobsInARow) {
  // A chain: each blob is written from the one before, as in scoring.
  std::vector<Blob> chain;
  for (int i = 0; i < 30; ++i) chain.push_back({std::size_t{1000} * (30 - i), i, i + 1});
  EXPECT_EQ(MemoryPlan(chain).bytes(), aligned(30000) + aligned(29000));
}

TEST(MemoryPlan, OfNothing) {
  EXPECT_EQ(MemoryPlan(std::vector<Blob>{}).bytes(), 0U);
  EXPECT_EQ(MemoryPlan({{0, 0, 3}}).bytes(), 0U);
}

TEST(MemoryPlan, AUseProlongsALife) {
  Blob blob{8, 5, 5};
  blob.use(9);
  blob.use(3);
  EXPECT_EQ(blob.first, 3);
  EXPECT_EQ(blob.last, 9);
}

}  // namespace
}  // namespace vggflow::cudnn
