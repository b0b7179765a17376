// Runs under `mpirun -np N`: every process makes the same tests.
#include <gmock/gmock.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <thread>

#include "base/error.h"
#include "nets/comm/agreement.h"
#include "nets/comm/connect.h"
#include "nets/comm/launch.h"

namespace vggflow::testing {
namespace {

using ::testing::ElementsAreArray;

std::shared_ptr<Communicator> connected;

class MpiTest : public ::testing::Test {
 protected:
  Communicator& all_ = *connected;
  int size_ = all_.size();
};

/// Any number: of every size, so that the order of additions shows in the last bits.
float value_of(int rank, std::size_t i) {
  const auto mixed = (i * 2654435761U + static_cast<std::size_t>(rank) * 40503U) % 100003;
  return std::ldexp(static_cast<float>(mixed) - 50001, static_cast<int>(mixed % 23) - 11);
}

std::vector<float> values_of(int rank, std::size_t count, std::size_t salt) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = value_of(rank, i + salt);
  return values;
}

/// As the ring promises it: pieces of 2^20 values, each in one chunk a process, chunk c added up
/// from rank c on.
std::vector<float> sum_in_ring_order(int size, std::size_t count, std::size_t salt) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  const auto n = static_cast<std::size_t>(size);
  std::vector<float> sums(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = i / kPiece * kPiece;
    const std::size_t in_piece = std::min(kPiece, count - begin);
    std::size_t chunk = 0;
    while ((chunk + 1) * in_piece / n <= i - begin) ++chunk;
    float sum = value_of(static_cast<int>(chunk), i + salt);
    for (std::size_t k = 1; k < n; ++k) {
      sum += value_of(static_cast<int>((chunk + k) % n), i + salt);
    }
    sums[i] = sum;
  }
  return sums;
}

TEST_F(MpiTest, RanksAreTheLaunchers) {
  EXPECT_EQ(all_.rank(), launch().rank);
  EXPECT_EQ(all_.size(), launch().size);
  std::vector<int> ranks(static_cast<std::size_t>(size_));
  std::iota(ranks.begin(), ranks.end(), 0);
  EXPECT_THAT(all_.neighbours(), ElementsAreArray(ranks));
}

TEST_F(MpiTest, SumsAreTheBitsOfTheRingsOrder) {
  for (const std::size_t count : {1UL, 2UL, 3UL, 7UL, 64UL, 1000UL, (1UL << 20) + 5, 2500001UL}) {
    std::vector<float> values = values_of(all_.rank(), count, 0);
    all_.start_sum(values);
    all_.wait();
    EXPECT_EQ(values, sum_in_ring_order(size_, count, 0)) << count;
  }
}

TEST_F(MpiTest, ManySumsAreUnderWayTogether) {
  std::vector<std::vector<float>> arrays;
  for (std::size_t k = 0; k < 40; ++k) arrays.push_back(values_of(all_.rank(), k * 97, k));
  for (auto& array : arrays) all_.start_sum(array);
  all_.wait();
  for (std::size_t k = 0; k < 40; ++k) {
    EXPECT_EQ(arrays[k], sum_in_ring_order(size_, k * 97, k)) << k;
  }
  all_.wait();  // nothing is under way: nothing to wait for
}

TEST_F(MpiTest, AProcessThatComesLateIsWaitedFor) {
  for (int late = 0; late < size_; ++late) {
    if (all_.rank() == late) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    double sum[] = {1};
    all_.sum(sum);
    EXPECT_EQ(sum[0], size_);
  }
}

TEST_F(MpiTest, FiguresAreSummedInTheOrderOfRanks) {
  std::vector<double> figures{0.1 * (all_.rank() + 1), 1e16 * (all_.rank() % 2 == 0 ? 1 : -1), 3};
  std::vector<double> expected(3, 0.0);
  for (int rank = 0; rank < size_; ++rank) {
    expected[0] += 0.1 * (rank + 1);
    expected[1] += 1e16 * (rank % 2 == 0 ? 1 : -1);
    expected[2] += 3;
  }
  all_.sum(figures);
  EXPECT_EQ(figures, expected);
  all_.sum({});
}

TEST_F(MpiTest, TextsAreGatheredByRank) {
  const auto text_of = [](int rank) {
    return std::string(static_cast<std::size_t>(rank) * 1000, 'a') + '\0' + "end";
  };
  const auto texts = all_.gather(text_of(all_.rank()));
  ASSERT_EQ(texts.size(), static_cast<std::size_t>(size_));
  for (int rank = 0; rank < size_; ++rank) {
    EXPECT_EQ(texts[static_cast<std::size_t>(rank)], text_of(rank));
  }
  EXPECT_THAT(all_.gather(""), ::testing::Each(""));
}

TEST_F(MpiTest, TheFirstOneTellsAll) {
  const int told = std::stoi(first_tells(all_, [&] { return std::to_string(all_.rank()); }));
  EXPECT_EQ(told, 0);
  EXPECT_TRUE(first_says(all_, [&] { return all_.rank() == 0; }));
  EXPECT_FALSE(first_says(all_, [&] { return all_.rank() != 0; }));
  int done = 0;
  first_does(all_, [&] { ++done; });
  EXPECT_EQ(done, all_.rank() == 0 ? 1 : 0);
}

TEST_F(MpiTest, AnErrorOfTheFirstOneIsThrownByAll) {
  for (const Origin origin : {Origin::usage, Origin::data, Origin::stopped}) {
    try {
      first_does(all_, [&]() -> void { throw Error(origin, "no room", "out/x"); });
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), origin);
      EXPECT_STREQ(error.what(), "out/x: no room");
      EXPECT_EQ(error.place(), "out/x");
    }
  }
}

TEST_F(MpiTest, EndingTogetherIsNoticed) {
  if (all_.rank() == 1) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(all_.all_end());
  EXPECT_TRUE(all_.all_end());
}

}  // namespace
}  // namespace vggflow::testing

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  vggflow::testing::connected = vggflow::connect();
  const int failed = RUN_ALL_TESTS();
  vggflow::testing::connected.reset();  // waits for the others
  return failed;
}
