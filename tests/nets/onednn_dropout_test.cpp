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
      std::vector<float> factors(static_cast<std::size_t>(kSlots * elements), -1.0F);
      onednn::draw_dropout(factors.data(), {kSlots, elements}, {probability, key},
                           {5, position, 0});
      for (std::size_t i = 0; i < factors.size(); ++i) {
        const auto n = i / static_cast<std::size_t>(elements);
        const auto e = static_cast<std::uint32_t>(i % static_cast<std::size_t>(elements));
        const float wanted = kept(e, probability, key, 5, position + n)
                                 ? static_cast<float>(1 / (1 - probability))
                                 : 0.0F;
        ASSERT_EQ(factors[i], wanted) << "element " << e << " of slot " << n;
      }
    }
  }
}

}  // namespace
}  // namespace vggflow
