#include "base/cuda/batch_upload.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "base/cuda/device.h"
#include "base/cuda/memory.h"
#include "base/error.h"
#include "tests/base/noisy_batch.h"

namespace vggflow::cuda {
namespace {

class BatchUploadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_unusable(); !why.empty()) GTEST_SKIP() << why;
  }

  template <class T>
  static std::vector<T> read_back(const T* from, std::size_t count, const Stream& stream) {
    std::vector<T> values(count);
    copy(values.data(), from, count * sizeof(T), stream);
    stream.synchronize();
    return values;
  }

  /// As an engine reads it, on a stream of its own.
  static void expect_on_card(const Batch& batch, const DeviceBatch& device, const Stream& stream) {
    stream.wait_for(*device.ready);
    const auto slots = static_cast<std::size_t>(batch.shape.slots);
    EXPECT_EQ(read_back(device.pixels, batch.pixels.size(), stream), batch.pixels);
    EXPECT_EQ(read_back(device.labels, slots, stream), batch.labels);
    EXPECT_EQ(read_back(device.weights, slots, stream), batch.weights);
    const std::vector<float> colour = read_back(device.colour, 12 * slots, stream);
    const std::vector<Cut> cuts = read_back(device.cuts, slots, stream);
    for (std::size_t n = 0; n < slots; ++n) {
      EXPECT_TRUE(std::equal(batch.colour[n].m.begin(), batch.colour[n].m.end(), &colour[12 * n]));
      EXPECT_EQ(cuts[n], batch.own_place(static_cast<int>(n)));
    }
    device.used_by(stream);
  }
};

TEST_F(BatchUploadTest, WhatArrivesIsTheBatch) {
  std::mt19937 random(1);
  const Stream stream;
  BatchUpload upload(2);
  for (int round = 0; round < 30; ++round) {
    const Size image{static_cast<int>(1 + random() % 40), static_cast<int>(1 + random() % 40)};
    const Batch batch = noisy_batch(random, static_cast<int>(1 + random() % 50), image);
    expect_on_card(batch, *upload.start(batch), stream);
  }
}

TEST_F(BatchUploadTest, TheBatchMayChangeOnceStartReturns) {
  std::mt19937 random(2);
  const Stream stream;
  BatchUpload upload(1);
  Batch batch = noisy_batch(random, 64, {224, 224});
  const Batch before = batch;
  const auto device = upload.start(batch);
  std::fill(batch.pixels.begin(), batch.pixels.end(), std::uint8_t{0});
  expect_on_card(before, *device, stream);
}

TEST_F(BatchUploadTest, SeveralLieOnTheCardAtOnce) {
  std::mt19937 random(3);
  const Stream stream;
  BatchUpload upload(3);
  std::vector<Batch> batches;
  std::vector<std::shared_ptr<const DeviceBatch>> devices;
  for (int n = 0; n < 3; ++n) {
    batches.push_back(noisy_batch(random, 8 + 8 * n, {32, 32}));
    devices.push_back(upload.start(batches.back()));
  }
  for (int n = 0; n < 3; ++n) expect_on_card(batches[n], *devices[n], stream);
}

TEST_F(BatchUploadTest, WhatItGaveOutlivesIt) {
  std::mt19937 random(4);
  const Stream stream;
  auto upload = std::make_unique<BatchUpload>(2);
  const Batch batch = noisy_batch(random, 16, {64, 64});
  const auto device = upload->start(batch);
  upload.reset();
  expect_on_card(batch, *device, stream);
}

TEST_F(BatchUploadTest, StopWakesWhoWaitsForRoom) {
  std::mt19937 random(5);
  BatchUpload upload(1);
  const Batch batch = noisy_batch(random, 2, {8, 8});
  const auto device = upload.start(batch);
  std::thread other([&] { upload.stop(); });
  EXPECT_THROW(upload.make_room(), Error);
  other.join();
}

}  // namespace
}  // namespace vggflow::cuda
