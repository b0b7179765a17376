#include "nets/onednn/dropout.h"

#include <gtest/gtest.h>

#include <vector>

namespace vggflow {
namespace {

// The definition in nets/engine.h, element by element.
bool kept(std::uint32_t e, double probability, const PhiloxKey& key, std::uint64_t iteration,
          std::uint64_t position) {
  const auto words =
      philox({e / 4, static_cast<std::uint32_t>(iteration), static_cast<std::uint32_t>(position),
              static_cast<std::uint32_t>(position >> 32)},
             key);
  return words[e % 4] >= probability * 4294967296.0;
}

TEST(OnednnDropout, DrawsTheDefinedMasks) {
  constexpr int kSlots = 3;
  for (const std::int64_t elements : {1, 4, 7, 130}) {
    for (const double probability : {0.0, 0.3, 0.5}) {
      const PhiloxKey key = stream_key(11, "dropout#1");
      const std::uint64_t position = (std::uint64_t{1} << 32) - 1;
      const onednn::DropoutExtent extent{kSlots, elements};
      std::vector<std::uint8_t> bits(static_cast<std::size_t>(extent.bytes()), 0xAA);
      onednn::draw_dropout(bits.data(), extent, {probability, key}, {5, position, 0});
      for (int n = 0; n < kSlots; ++n) {
        for (std::uint32_t e = 0; e < elements; ++e) {
          const auto byte = bits[static_cast<std::size_t>(n * extent.slot_bytes() + e / 8)];
          const bool wanted =
              kept(e, probability, key, 5, position + static_cast<std::uint64_t>(n));
          ASSERT_EQ((byte >> e % 8 & 1) != 0, wanted) << "element " << e << " of slot " << n;
        }
      }
    }
  }
}

}  // namespace
}  // namespace vggflow
