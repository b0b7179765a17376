#include "pipeline/dataset_pass.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <thread>

#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using namespace testing;  // NOLINT: the fixtures

/// The id that the encoded bytes hold; for files that can be opened.
std::uint64_t decoded_id(std::span<const std::byte> encoded) {
  MemorySource source(encoded);
  Image pixels(source.size());
  source.read({0, 0, 24, 16}, pixels.view());
  return pixels.view().at(0, 0)[0];
}

std::string failures_of(const Dataset& dataset, int workers) {
  std::string failed;
  pass_over<std::uint64_t>(
      dataset, all_ids(dataset), {.workers = workers},
      [](std::uint64_t, std::span<const std::byte> encoded) { return decoded_id(encoded); },
      [&](std::uint64_t id, std::uint64_t first_pixel, std::optional<FailedSample> failure) {
        if (failure) failed += failure->name + ": " + failure->reason + "\n";
        if (!failure) {
          EXPECT_EQ(first_pixel, memory_pixel(id, 0, 0, 0));
        }
      });
  return failed;
}

TEST(DatasetPass, TakesEveryImageInOrderWhateverTheWorkers) {
  const MemoryDataset dataset(300);
  for (const int workers : {1, 2, 3, 8}) {
    std::vector<std::uint64_t> taken;
    std::vector<std::uint64_t> progress;
    const std::uint64_t count = pass_over<std::uint64_t>(
        dataset, all_ids(dataset),
        {.workers = workers,
         .on_progress =
             [&](std::uint64_t done, std::uint64_t of) {
               progress.push_back(done);
               EXPECT_EQ(of, 300U);
             }},
        [](std::uint64_t id, std::span<const std::byte>) {
          if (id % 40 == 0) std::this_thread::yield();
          return id;
        },
        [&](std::uint64_t id, std::uint64_t result, const std::optional<FailedSample>& failure) {
          EXPECT_FALSE(failure);
          EXPECT_EQ(result, id);
          taken.push_back(id);
        });
    EXPECT_EQ(count, 300U);
    EXPECT_EQ(taken, all_ids(dataset)) << workers;
    ASSERT_EQ(progress.size(), 300U);
    EXPECT_EQ(progress.back(), 300U);
  }
}

TEST(DatasetPass, TakesTheImagesAskedForAsOftenAsAsked) {
  const MemoryDataset dataset(10);
  const std::vector<std::uint64_t> ids{7, 2, 2, 9};
  std::vector<std::uint64_t> taken;
  EXPECT_EQ(
      pass_over<int>(
          dataset, ids, {.workers = 3}, [](std::uint64_t, std::span<const std::byte>) { return 0; },
          [&](std::uint64_t id, int, const auto&) { taken.push_back(id); }),
      4U);
  EXPECT_EQ(taken, ids);
}

TEST(DatasetPass, AFailureIsAValueWithNameAndReason) {
  MemoryDataset dataset(40);
  dataset.lose(3);
  dataset.empty(4);
  dataset.damage(39);
  for (const int workers : {1, 4}) {
    EXPECT_EQ(failures_of(dataset, workers),
              "class/3: read: cannot open\n"
              "class/4: decode: not an image: it is empty\n"
              "class/39: decode: the file ends early\n");
  }
}

TEST(DatasetPass, KeepsToItsWorkersAndUsesThem) {
  const MemoryDataset dataset(100);
  for (const int workers : {1, 3}) {
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    pass_over<int>(
        dataset, all_ids(dataset), {.workers = workers},
        [&](std::uint64_t, std::span<const std::byte>) {
          const int now = ++inside;
          for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
          // A limit, so that a pass with too few threads fails the test instead of hanging it.
          for (int i = 0; i < 100000 && most < workers; ++i) std::this_thread::yield();
          --inside;
          return 0;
        },
        [](std::uint64_t, int, const auto&) {});
    EXPECT_EQ(most, workers);
  }
}

TEST(DatasetPass, HoldsNoMoreThanFourImagesAWorker) {
  const MemoryDataset dataset(200);
  std::atomic<int> held{0};
  int most = 0;
  pass_over<int>(
      dataset, all_ids(dataset), {.workers = 2},
      [&](std::uint64_t id, std::span<const std::byte>) {
        ++held;
        // The first holds up the rest: all that may be begun is.
        for (int i = 0; id == 0 && i < 100000 && held < 8; ++i) std::this_thread::yield();
        return 0;
      },
      [&](std::uint64_t, int, const auto&) {
        most = std::max(most, held.load());
        --held;
      });
  EXPECT_EQ(most, 8);
}

TEST(DatasetPass, StopsAndTakesWhatWasBegun) {
  const MemoryDataset dataset(1000);
  std::atomic<bool> stop{false};
  std::atomic<int> begun{0};
  std::vector<std::uint64_t> taken;
  const std::uint64_t count = pass_over<int>(
      dataset, all_ids(dataset), {.workers = 3, .stop = &stop},
      [&](std::uint64_t, std::span<const std::byte>) { return ++begun; },
      [&](std::uint64_t id, int, const auto&) {
        taken.push_back(id);
        if (id == 50) stop = true;
      });
  EXPECT_EQ(count, taken.size());
  EXPECT_EQ(count, static_cast<std::uint64_t>(begun));
  EXPECT_GE(count, 51U);
  EXPECT_LE(count, 51U + 4 * 3);
  EXPECT_TRUE(std::ranges::is_sorted(taken));
}

TEST(DatasetPass, LackOfMemoryAndWhatTakeThrowsEndIt) {
  const MemoryDataset dataset(100);
  const auto pass = [&](auto work, auto take) {
    pass_over<int>(dataset, all_ids(dataset), {.workers = 3}, work, take);
  };
  const auto fine = [](std::uint64_t, std::span<const std::byte>) { return 0; };
  EXPECT_THROW(
      pass([](std::uint64_t id,
              std::span<const std::byte>) { return id == 30 ? throw std::bad_alloc() : 0; },
           [](std::uint64_t, int, const auto&) {}),
      std::bad_alloc);
  std::uint64_t last = 0;
  EXPECT_THROW(pass(fine,
                    [&](std::uint64_t id, int, const auto&) {
                      last = id;
                      if (id == 20) throw Error(Origin::system, "the disk is full");
                    }),
               Error);
  EXPECT_EQ(last, 20U);
}

TEST(DatasetPass, NothingToDoAndNobodyToDoIt) {
  const MemoryDataset dataset(3);
  const auto pass = [&](std::span<const std::uint64_t> ids, int workers) {
    return pass_over<int>(
        dataset, ids, {.workers = workers},
        [](std::uint64_t, std::span<const std::byte>) { return 0; },
        [](std::uint64_t, int, const auto&) {});
  };
  EXPECT_EQ(pass({}, 2), 0U);
  EXPECT_THROW(pass(all_ids(dataset), 0), Error);
}

}  // namespace
}  // namespace vggflow
