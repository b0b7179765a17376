#include "base/cuda/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>

#include "base/cuda/memory.h"
#include "base/error.h"

namespace vggflow::cuda {
namespace {

using ::testing::HasSubstr;

std::string error_of(const auto& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::engine);
    return error.what();
  }
  return "no error";
}

class CudaDevice : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_unusable(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(CudaDevice, IsDescribed) {
  const DeviceInfo card = device_info();
  EXPECT_GE(card.major, 8);
  EXPECT_GT(card.multiprocessors, 0);
  EXPECT_GT(card.memory, std::size_t{1} << 30);
  EXPECT_THAT(card.text(), HasSubstr(card.name + ", compute capability "));
  EXPECT_GE(device_count(), 1);
}

TEST_F(CudaDevice, MemoryComesBackAsItWent) {
  constexpr std::size_t kFloats = 1'000'003;
  constexpr std::size_t kBytes = kFloats * sizeof(float);
  const Stream stream;
  const PinnedMemory sent(kBytes, "sent"), returned(kBytes, "returned");
  const DeviceMemory there(kBytes, "there");
  std::iota(sent.as<float>(), sent.as<float>() + kFloats, 1.0F);
  copy(there.data(), sent.as<float>(), kBytes, stream);
  copy(returned.as<float>(), there.data(), kBytes, stream);
  stream.synchronize();
  EXPECT_TRUE(std::equal(sent.as<float>(), sent.as<float>() + kFloats, returned.as<float>()));
  fill_zero(there.data(), kBytes, stream);
  copy(returned.as<float>(), there.data(), kBytes, stream);
  stream.synchronize();
  EXPECT_EQ(std::count(returned.as<float>(), returned.as<float>() + kFloats, 0.0F), kFloats);
}

TEST_F(CudaDevice, TooMuchMemorySaysWhatWasAskedFor) {
  const std::size_t more = 2 * device_info().memory;
  EXPECT_THAT(error_of([&] { const DeviceMemory all(more, "all of it"); }), HasSubstr("all of it"));
}

TEST_F(CudaDevice, OneStreamWaitsForAnother) {
  Stream first, second;
  constexpr std::size_t kBytes = std::size_t{64} << 20;
  const DeviceMemory there(kBytes, "there");
  const PinnedMemory ones(kBytes, "ones"), back(kBytes, "back");
  std::fill_n(ones.as<std::uint8_t>(), kBytes, std::uint8_t{1});
  Event copied;
  copy(there.data(), ones.as<std::uint8_t>(), kBytes, first);
  copied.record(first);
  second.wait_for(copied);
  copy(back.as<std::uint8_t>(), there.data(), kBytes, second);
  second.synchronize();
  EXPECT_TRUE(copied.reached());
  EXPECT_EQ(back.as<std::uint8_t>()[kBytes - 1], 1);
}

// Needs no card.
TEST(CudaDevices, OneThatIsNotThereIsAnError) {
  constexpr int kNone = 1000;
  EXPECT_NE(why_unusable(kNone), "");
  EXPECT_EQ(error_of([] { use_device(kNone); }), why_unusable(kNone));
  EXPECT_EQ(error_of([] { static_cast<void>(device_info(kNone)); }), why_unusable(kNone));
}

}  // namespace
}  // namespace vggflow::cuda
