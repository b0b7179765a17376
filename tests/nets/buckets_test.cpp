#include "nets/comm/buckets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace vggflow::testing {
namespace {

/// Addresses alone matter: nothing is read.
class BucketsTest : public ::testing::Test {
 protected:
  [[nodiscard]] DeviceRange range(std::size_t offset, std::size_t count,
                                  ElementType type = ElementType::f32) {
    return {memory_.data() + offset, count, type};
  }
  void expect(const std::vector<DeviceRange>& wanted) const {
    ASSERT_EQ(sent_.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_EQ(sent_[i].begin - memory_.data(), wanted[i].begin - memory_.data()) << i;
      EXPECT_EQ(sent_[i].count, wanted[i].count) << i;
      EXPECT_EQ(sent_[i].type, wanted[i].type) << i;
    }
  }
  std::vector<std::byte> memory_ = std::vector<std::byte>(4096);
  std::vector<DeviceRange> sent_;
  Buckets buckets_{[this](const DeviceRange& bucket) { sent_.push_back(bucket); }, 100};
};

TEST_F(BucketsTest, WhatFollowsUpwardsOrDownwardsGoesTogether) {
  for (const std::size_t offset : {40, 80}) buckets_.add(range(offset, 10));
  expect({});
  buckets_.add(range(0, 10));  // 120 bytes in all
  expect({range(0, 30)});
  buckets_.flush();
  expect({range(0, 30)});
}

TEST_F(BucketsTest, AGapSendsWhatIsBeforeIt) {
  buckets_.add(range(0, 10));
  buckets_.add(range(44, 10));
  expect({range(0, 10)});
  buckets_.flush();
  expect({range(0, 10), range(44, 10)});
}

TEST_F(BucketsTest, TypesDoNotMix) {
  buckets_.add(range(0, 10));
  buckets_.add(range(40, 10, ElementType::bf16));
  buckets_.add(range(60, 10, ElementType::bf16));
  buckets_.flush();
  expect({range(0, 10), range(40, 20, ElementType::bf16)});
}

TEST_F(BucketsTest, LargeOnesGoAtOnceAndNothingIsNothing) {
  buckets_.add(range(0, 0));
  buckets_.add(range(400, 50));
  buckets_.add(range(1000, 25));  // 100 bytes: as large as a bucket has to be
  expect({range(400, 50), range(1000, 25)});
  buckets_.flush();
  expect({range(400, 50), range(1000, 25)});
}

TEST_F(BucketsTest, WhateverTheLayersEachByteGoesOnce) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    sent_.clear();
    std::vector<DeviceRange> layers;
    for (std::size_t offset = 0; offset < 3000;) {
      const std::size_t count = random() % 60;
      layers.push_back(range(offset, count));
      offset += 4 * count + (random() % 4 == 0 ? 4 : 0);  // a gap now and then
    }
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) buckets_.add(*layer);
    buckets_.flush();
    std::vector<int> times(memory_.size());
    for (const DeviceRange& bucket : sent_) {
      for (const std::byte* at = bucket.begin; at < bucket.end(); ++at)
        ++times[at - memory_.data()];
    }
    for (const DeviceRange& layer : layers) {
      for (const std::byte* at = layer.begin; at < layer.end(); ++at) --times[at - memory_.data()];
    }
    EXPECT_EQ(std::ranges::count(times, 0), static_cast<std::ptrdiff_t>(times.size())) << round;
  }
}

}  // namespace
}  // namespace vggflow::testing
