#include "nets/onednn/input.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "tests/nets/tiny.h"

namespace vggflow {
namespace {

// Bits, so that a zero's sign counts.
std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

void expect_channel_values(const Batch& batch, bool channels_last) {
  const auto pixels = static_cast<std::size_t>(batch.shape.image.area());
  std::vector<float> out(batch.pixels.size());
  onednn::convert_input(batch, out.data(), channels_last, onednn::Slots::all);
  for (int n = 0; n < batch.shape.slots; ++n) {
    const std::uint8_t* from = batch.slot(n).data;
    const ColourAffine& colour = batch.colour[static_cast<std::size_t>(n)];
    const float* slot = out.data() + static_cast<std::size_t>(n) * pixels * 3;
    for (std::size_t i = 0; i < pixels; ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        const float wanted =
            colour.channel(static_cast<int>(c), from[i * 3], from[i * 3 + 1], from[i * 3 + 2]);
        ASSERT_EQ(bits(channels_last ? slot[i * 3 + c] : slot[c * pixels + i]), bits(wanted))
            << "slot " << n << ", pixel " << i << ", channel " << c;
      }
    }
  }
}

// Maps of all kinds in turn: scaled and shifted, mixing, doing nothing, and with zeros of both
// signs.
Batch batch_of_maps() {
  Batch batch = random_batch(9, {13, 7}, 5);
  const float k = 1 / 57.3F;
  const ColourAffine maps[] = {{{k, 0, 0, -1.7F, 0, k * 1.1F, 0, -2.1F, 0, 0, k * 0.9F, 0.3F}},
                               {{0.4F, 0.3F, -0.2F, 1, 0.1F, k, 0.7F, -3, 0, 0.2F, 0.9F, 5}},
                               {},
                               {{k, -0.0F, 0, -0.0F, 0, 0, 0, -0.0F, -0.0F, -0.0F, -0.0F, -0.0F}}};
  for (std::size_t n = 0; n < batch.colour.size(); ++n) batch.colour[n] = maps[n / 2 % 4];
  return batch;
}

TEST(OnednnInput, IsColourAffineToTheBitByPlanes) { expect_channel_values(batch_of_maps(), false); }

TEST(OnednnInput, IsColourAffineToTheBitChannelsLast) {
  expect_channel_values(batch_of_maps(), true);
}

TEST(OnednnInput, IsZerosWhereASlotIsLeftOut) {
  Batch batch = random_batch(3, {13, 7}, 5);
  batch.weights[1] = 0;
  batch.colour[1].m.fill(std::numeric_limits<float>::infinity());
  std::vector<float> all(batch.pixels.size());
  std::vector<float> weighted(batch.pixels.size(), -1.0F);
  onednn::convert_input(batch, all.data(), true, onednn::Slots::all);
  onednn::convert_input(batch, weighted.data(), true, onednn::Slots::weighted);
  const auto slot = batch.slot_bytes();
  for (std::size_t i = 0; i < weighted.size(); ++i) {
    ASSERT_EQ(weighted[i], i / slot == 1 ? 0.0F : all[i]) << "value " << i;
  }
}

}  // namespace
}  // namespace vggflow
