// The account of an engine's memory against what can be worked out by hand, against all buffers
// there are, and against what malloc gave.
#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "nets/onednn/device.h"
#include "nets/vgg.h"
#include "tests/nets/onednn_test_support.h"

namespace vggflow {
namespace {

constexpr int kSlots = 2;

std::size_t bytes_of(const Engine& engine, const std::string& what) {
  for (const MemoryItem& item : engine.memory()) {
    if (item.what == what) return item.bytes;
  }
  return 0;
}

std::size_t sum(const std::vector<MemoryItem>& items) {
  return std::accumulate(items.begin(), items.end(), std::size_t{0},
                         [](std::size_t all, const MemoryItem& one) { return all + one.bytes; });
}

// All channels fill the blocks of any layout.
Net by_hand() {
  return {"hand",
          {8, 8},
          {Convolution{"conv1", 16, 3}, Relu{}, MaxPool{2}, Convolution{"conv2", 16, 3}, Relu{},
           FullyConnected{"fc6", 32}, Relu{}, Dropout{0.5}, FullyConnected{"fc8", 16}}};
}

TEST(OnednnMemory, IsWhatCanBeWorkedOutByHand) {
  const Net net = by_hand();
  const auto engine = loaded("onednn", net, training_options(kSlots));
  train(*engine, net, kSlots, 1);
  const std::size_t learned = static_cast<std::size_t>(parameter_count(net)) * sizeof(float);
  EXPECT_EQ(bytes_of(*engine, "parameters"), learned);
  EXPECT_EQ(bytes_of(*engine, "gradients"), learned);
  EXPECT_EQ(bytes_of(*engine, "momenta"), learned);
  const std::size_t slot = kSlots * sizeof(float);
  EXPECT_EQ(bytes_of(*engine, "input"), slot * 3 * 8 * 8);
  // pool1, conv2, fc6, fc8; what conv1 leaves is pooled and gone.
  EXPECT_EQ(bytes_of(*engine, "stored activations"), slot * (16 * 16 + 16 * 16 + 32 + 16));
  // Gradients of the maps of conv1 and, in the other block, of pool1.
  EXPECT_EQ(bytes_of(*engine, "difference buffers"), slot * (16 * 64 + 16 * 16));
  EXPECT_EQ(bytes_of(*engine, "workspaces"), kSlots * 16U * 16U);
  EXPECT_EQ(bytes_of(*engine, "dropout masks"), kSlots * 32U / 8U);
  EXPECT_EQ(bytes_of(*engine, "accumulation spare"), 0U);
}

TEST(OnednnMemory, HasASpareForLaterPasses) {
  const Net net = by_hand();
  const auto engine = loaded("onednn", net, training_options(kSlots));
  const Batch batch = random_batch(kSlots, net.input, classes(net));
  for (int i = 0; i < 2; ++i) engine->accumulate(batch, {0, 0, 2 * kSlots});
  const std::size_t largest_layer = (16U * 16U * 32U + 32U) * sizeof(float);
  EXPECT_EQ(bytes_of(*engine, "accumulation spare"), largest_layer);
}

TEST(OnednnMemory, HasAnItemForEveryBuffer) {
  const std::size_t before = onednn::Buffer::total_bytes();
  for (const char* letter : {"A", "A-LRN", "C", "D"}) {
    const Net net = vgg_net(letter, {64, 4, 64, 10, 0.5});
    const auto engine = loaded("onednn", net, training_options(kSlots));
    Scores scores;
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(sum(engine->memory()), onednn::Buffer::total_bytes() - before) << letter;
      const Batch batch = random_batch(kSlots, net.input, classes(net));
      engine->accumulate(batch, {0, 0, 2 * kSlots});
      engine->accumulate(batch, {0, kSlots, 2 * kSlots});
      engine->update({0.02, 0.9, 5e-3});
      engine->score(random_batch(kSlots, {96, 70}, classes(net)), scores);
    }
  }
  EXPECT_EQ(onednn::Buffer::total_bytes(), before);
}

TEST(OnednnBuffer, BeginsAtZeroAndGrows) {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{100}, (std::size_t{2} << 20) + 1}) {
    const std::size_t before = onednn::Buffer::total_bytes();
    {
      onednn::Buffer buffer;
      EXPECT_FALSE(buffer.reserve(0));
      for (const std::size_t size : {bytes, bytes + 4096}) {
        EXPECT_TRUE(buffer.reserve(size));
        EXPECT_FALSE(buffer.reserve(size));
        EXPECT_EQ(buffer.bytes(), size);
        EXPECT_EQ(onednn::Buffer::total_bytes(), before + size);
        const auto* data = static_cast<const char*>(buffer.data());
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % 64, 0U);
        EXPECT_TRUE(std::all_of(data, data + size, [](char c) { return c == 0; }));
        std::memset(buffer.data(), 1, size);
      }
    }
    EXPECT_EQ(onednn::Buffer::total_bytes(), before);
  }
}

}  // namespace
}  // namespace vggflow
