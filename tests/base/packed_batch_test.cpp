#include "base/packed_batch.h"

#include "tests/base/noisy_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace vggflow {
namespace {

std::vector<std::byte> block_of(const Batch& batch) {
  const PackedBatch where = packed(batch);
  std::vector<std::byte> block(where.bytes);
  pack(batch, where, block.data());
  return block;
}

/// Part of a block, as whoever reads it on a device sees it.
template <class T>
std::vector<T> part(const std::vector<std::byte>& block, std::size_t first, int count) {
  std::vector<T> values(static_cast<std::size_t>(count));
  std::memcpy(values.data(), block.data() + first, values.size() * sizeof(T));
  return values;
}

/// What slot n shows, pixel by pixel as Cut's documentation says.
std::vector<std::uint8_t> shown(const std::vector<std::byte>& block, const PackedBatch& where,
                                const BatchShape& shape, int n) {
  const Cut cut = part<Cut>(block, where.cuts, shape.slots)[n];
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < shape.image.height; ++y) {
    for (int x = 0; x < shape.image.width; ++x) {
      const int from = cut.mirrored == 1 ? shape.image.width - 1 - x : x;
      const std::int64_t pixel = cut.first + std::int64_t{y} * cut.row + from;
      for (int c = 0; c < kChannels; ++c) {
        pixels.push_back(static_cast<std::uint8_t>(block.at(where.pixels + pixel * kChannels + c)));
      }
    }
  }
  return pixels;
}

std::vector<std::uint8_t> expected(const Batch& batch, int n) {
  std::vector<std::uint8_t> pixels(batch.slot_bytes());
  const Size size = batch.shape.image;
  batch.copy_slot(n, {pixels.data(), size, std::ptrdiff_t{size.width} * kChannels});
  return pixels;
}

void expect_packed(const Batch& batch) {
  const PackedBatch where = packed(batch);
  const std::vector<std::byte> block = block_of(batch);
  const int slots = batch.shape.slots;
  for (int n = 0; n < slots; ++n) {
    EXPECT_EQ(shown(block, where, batch.shape, n), expected(batch, n)) << "slot " << n;
  }
  EXPECT_EQ(part<std::int32_t>(block, where.labels, slots), batch.labels);
  EXPECT_EQ(part<float>(block, where.weights, slots), batch.weights);
  EXPECT_EQ(part<ColourAffine>(block, where.colour, slots), batch.colour);
}

TEST(PackedBatch, HoldsAllThatAnEngineReads) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    const Size image{static_cast<int>(1 + random() % 9), static_cast<int>(1 + random() % 9)};
    expect_packed(noisy_batch(random, static_cast<int>(1 + random() % 70), image));
  }
}

TEST(PackedBatch, PartsAreAlignedAndDoNotOverlap) {
  std::mt19937 random(2);
  for (const int slots : {1, 3, 64, 65}) {
    const Batch batch = noisy_batch(random, slots, {7, 5});
    const PackedBatch where = packed(batch);
    const auto count = static_cast<std::size_t>(slots);
    const std::vector<std::pair<std::size_t, std::size_t>> parts = {
        {where.pixels, batch.pixels.size()},
        {where.cuts, count * sizeof(Cut)},
        {where.colour, count * 12 * sizeof(float)},
        {where.labels, count * sizeof(std::int32_t)},
        {where.weights, count * sizeof(float)}};
    std::size_t end = 0;
    for (const auto& [first, bytes] : parts) {
      EXPECT_EQ(first % 256, 0U);
      EXPECT_GE(first, end);
      end = first + bytes;
    }
    EXPECT_GE(where.bytes, end);
  }
}

/// Slots in a row that share pictures of other sizes, between slots of their own.
Batch random_cuts(std::mt19937& random) {
  const Size image{static_cast<int>(2 + random() % 6), static_cast<int>(2 + random() % 6)};
  Batch batch = noisy_batch(random, 24, image);
  batch.allow_cuts();
  for (int n = 0; n < batch.shape.slots;) {
    const int sharing = std::min(static_cast<int>(1 + random() % 6), batch.shape.slots - n);
    if (sharing == 1) {
      ++n;
      continue;
    }
    const Size picture{image.width + static_cast<int>(random() % 2),
                       image.height + static_cast<int>(random() % 2)};
    const bool fits = picture.area() <= sharing * image.area();
    for (int k = 0; fits && k < sharing; ++k) {
      const auto x = static_cast<std::int64_t>(random() % (picture.width - image.width + 1));
      const auto y = static_cast<std::int64_t>(random() % (picture.height - image.height + 1));
      batch.cuts[n + k] = {batch.own_place(n).first + y * picture.width + x, picture.width,
                           static_cast<std::int32_t>(random() % 2)};
      batch.held_px[n + k] = k == 0 ? picture.area() : 0;
    }
    n += sharing;
  }
  return batch;
}

TEST(PackedBatch, SharedPicturesAreHeldOnceAndCutAsBefore) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    const Batch batch = random_cuts(random);
    expect_packed(batch);
    std::int64_t held_px = 0;
    for (const std::int64_t px : batch.held_px) held_px += px;
    const PackedBatch where = packed(batch);
    EXPECT_LT(where.cuts, static_cast<std::size_t>(held_px * kChannels) + 256);
    EXPECT_LE(held_px * kChannels, std::ssize(batch.pixels));
  }
}

}  // namespace
}  // namespace vggflow
