#include "base/slot_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>

namespace vggflow {
namespace {

TEST(SlotPool, MakesASlotOnlyWhereNoneIsFree) {
  SlotPool pool(3);
  EXPECT_EQ(pool.take(), 0U);
  EXPECT_EQ(pool.take(), 1U);
  pool.give_back(0);
  EXPECT_EQ(pool.take(), 0U);
  EXPECT_EQ(pool.take(), 2U);
}

TEST(SlotPool, TakesFirstWhatWasGivenBackFirst) {
  SlotPool pool(3);
  for (const std::size_t slot : {0, 1, 2}) EXPECT_EQ(pool.take(), slot);
  for (const std::size_t slot : {1, 2, 0}) pool.give_back(slot);
  for (const std::size_t slot : {1, 2, 0}) EXPECT_EQ(pool.take(), slot);
}

TEST(SlotPool, TakeWaitsForASlotToBeGivenBack) {
  SlotPool pool(1);
  ASSERT_EQ(pool.take(), 0U);
  std::atomic<bool> given{false};
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    given = true;
    pool.give_back(0);
  });
  EXPECT_EQ(pool.take(), 0U);
  EXPECT_TRUE(given);
  other.join();
}

TEST(SlotPool, StopWakesWhoWaitsAndEndsAll) {
  SlotPool pool(1);
  ASSERT_EQ(pool.take(), 0U);
  std::thread other([&] { pool.stop(); });
  EXPECT_FALSE(pool.take());
  other.join();
  pool.give_back(0);
  EXPECT_FALSE(pool.take());
}

TEST(SlotPool, NoSlotIsTakenTwiceWhoeverGivesItBack) {
  constexpr int kMost = 4;
  SlotPool pool(kMost);
  std::mutex mutex;
  std::set<std::size_t> taken;
  std::vector<std::thread> others;
  for (int n = 0; n < 400; ++n) {
    const std::size_t slot = pool.take().value();
    {
      const std::lock_guard lock(mutex);
      EXPECT_TRUE(taken.insert(slot).second);
      EXPECT_LT(slot, kMost);
    }
    others.emplace_back([&, slot] {
      {
        const std::lock_guard lock(mutex);
        taken.erase(slot);
      }
      pool.give_back(slot);
    });
  }
  for (std::thread& other : others) other.join();
}

}  // namespace
}  // namespace vggflow
