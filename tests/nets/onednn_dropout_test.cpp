#include "nets/onednn/dropout.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "base/error.h"
#include "nets/onednn/device.h"

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

// Against the factors laid out anew by oneDNN, for channels that fill their blocks and that do not.
TEST(OnednnDropout, AppliesToAnyLayout) {
  onednn::Device device;
  const onednn::Dims dims{2, 11, 3, 5};
  using Tag = dnnl::memory::format_tag;
  const onednn::DropoutExtent extent{2, 11 * 3 * 5};
  const onednn::DropoutKey dropout{0.25, stream_key(11, "dropout#0")};
  std::vector<std::uint8_t> bits(static_cast<std::size_t>(extent.bytes()));
  onednn::draw_dropout(bits.data(), extent, dropout, {5, 7, 0});
  std::vector<float> values(static_cast<std::size_t>(2 * extent.elements));
  std::iota(values.begin(), values.end(), 1.0F);
  for (const Tag tag : {Tag::nchw, Tag::nhwc, Tag::nChw8c, Tag::nChw16c}) {
    const onednn::Desc plain = onednn::plain_layout(dims);
    const onednn::Desc layout(dims, dnnl::memory::data_type::f32, tag);
    std::vector<float> got = values;
    const dnnl::memory host(plain, device.engine, got.data());
    const dnnl::memory laid = device.allocate(layout, "test");
    dnnl::reorder(host, laid).execute(device.stream, {{DNNL_ARG_FROM, host}, {DNNL_ARG_TO, laid}});
    onednn::apply_dropout(onednn::floats(laid), onednn::blob_layout(layout), bits.data(), 0.25);
    dnnl::reorder(laid, host).execute(device.stream, {{DNNL_ARG_FROM, laid}, {DNNL_ARG_TO, host}});
    for (std::size_t i = 0; i < got.size(); ++i) {
      const auto e = i % static_cast<std::size_t>(extent.elements);
      const auto n = i / static_cast<std::size_t>(extent.elements);
      const auto byte = bits[n * static_cast<std::size_t>(extent.slot_bytes()) + e / 8];
      ASSERT_EQ(got[i], (byte >> e % 8 & 1) != 0 ? values[i] * static_cast<float>(1 / 0.75) : 0);
    }
  }
}

TEST(OnednnDropout, RefusesLayoutsThatBlockMore) {
  const onednn::Desc layout({8, 8, 3, 3}, dnnl::memory::data_type::f32,
                            dnnl::memory::format_tag::OIhw8i8o);
  EXPECT_THROW(static_cast<void>(onednn::blob_layout(layout)), Error);
}

}  // namespace
}  // namespace vggflow
