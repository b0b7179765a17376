#include "base/batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace vggflow {
namespace {

Batch small_batch() {
  Batch batch;
  batch.reset({2, {3, 2}});
  for (std::size_t i = 0; i < batch.pixels.size(); ++i) {
    batch.pixels[i] = static_cast<std::uint8_t>(i);
  }
  batch.labels = {1, 7};
  batch.ids = {10, 11};
  batch.weights = {1, 1};
  return batch;
}

TEST(Batch, DigestSeesEveryPartThatItCovers) {
  const std::string whole = digest(small_batch());
  const auto changed = [&](auto change) {
    Batch batch = small_batch();
    change(batch);
    return digest(batch) != whole;
  };
  EXPECT_TRUE(changed([](Batch& b) { b.pixels[35] ^= 1; }));
  EXPECT_TRUE(changed([](Batch& b) { b.labels[1] = 8; }));
  EXPECT_TRUE(changed([](Batch& b) { b.ids[0] = 12; }));
  EXPECT_TRUE(changed([](Batch& b) { b.weights[1] = 0; }));
  EXPECT_TRUE(changed([](Batch& b) { b.colour[1].m[11] = 0.5F; }));
  EXPECT_EQ(digest(small_batch()), whole);
}

// python3 -c "import hashlib,struct; print(hashlib.sha256(bytes(range(36)) +
//   struct.pack('<2i2Q2f', 1, 7, 10, 11, 1, 1) +
//   2 * struct.pack('<12f', 1,0,0,0, 0,1,0,0, 0,0,1,0)).hexdigest())"
TEST(Batch, DigestIsTheDocumentedOne) {
  EXPECT_EQ(digest(small_batch()),
            "25ae35cbedf4e7a9a96a4c450db11dc956ef6fad2c57ea85ada76a8c58359d47");
}

/// Three slots of 2x2 px that are windows of one picture of 4x3, the last one mirrored.
TEST(Batch, ACutIsAWindowOfASharedPicture) {
  Batch cut;
  cut.reset({3, {2, 2}});
  std::iota(cut.pixels.begin(), cut.pixels.end(), std::uint8_t{0});
  cut.allow_cuts();
  cut.cuts = {{0, 4, 0}, {4 + 1, 4, 0}, {2, 4, 1}};
  cut.held_px = {12, 0, 0};

  Batch expanded;
  expanded.reset(cut.shape);
  const auto pixel = [](int x, int y) { return 3 * (4 * y + x); };  // its red one
  const std::vector<int> reds = {pixel(0, 0), pixel(1, 0), pixel(0, 1), pixel(1, 1),
                                 pixel(1, 1), pixel(2, 1), pixel(1, 2), pixel(2, 2),
                                 pixel(3, 0), pixel(2, 0), pixel(3, 1), pixel(2, 1)};
  for (std::size_t i = 0; i < expanded.pixels.size(); ++i) {
    expanded.pixels[i] = static_cast<std::uint8_t>(reds[i / 3] + static_cast<int>(i % 3));
  }
  EXPECT_EQ(digest(cut), digest(expanded));
  for (int n = 0; n < 3; ++n) {
    Image slot(cut.shape.image);
    cut.copy_slot(n, slot.view());
    EXPECT_TRUE(
        std::equal(slot.view().data, slot.view().data + cut.slot_bytes(), expanded.slot(n).data));
  }
}

TEST(Batch, ACutIsItsOwnPlaceAtFirst) {
  Batch batch = small_batch();
  batch.allow_cuts();
  EXPECT_EQ(digest(batch), digest(small_batch()));
  batch.reset({1, {1, 1}});
  EXPECT_TRUE(batch.cuts.empty());
}

TEST(Batch, SlotsLieOneAfterAnother) {
  Batch batch = small_batch();
  EXPECT_EQ(batch.slot_bytes(), 18U);
  EXPECT_EQ(*batch.slot(1).at(0, 0), 18);
  EXPECT_EQ(*batch.slot(1).at(2, 1), 18 + 9 + 6);
}

TEST(ColourAffine, ThenComposes) {
  const ColourAffine first{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
  const ColourAffine second{{2, 0, 1, -1, 0, 3, 0, 5, 1, 1, 1, 0}};
  const ColourAffine both = first.then(second);
  const float r = 3;
  const float g = 5;
  const float b = 7;
  const float x = first.channel(0, r, g, b);
  const float y = first.channel(1, r, g, b);
  const float z = first.channel(2, r, g, b);
  for (int c = 0; c < 3; ++c) EXPECT_EQ(both.channel(c, r, g, b), second.channel(c, x, y, z));
}

}  // namespace
}  // namespace vggflow
