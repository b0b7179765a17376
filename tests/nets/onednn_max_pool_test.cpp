#include "nets/onednn/max_pool.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "nets/reference/layers.h"

namespace vggflow {
namespace {

using onednn::MaxPoolShape;

// Few values: ties, and zeros as a ReLU leaves them.
std::vector<float> noise(std::int64_t count, std::uint64_t seed) {
  Rng rng(seed, "noise", 0, 0);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& v : values) v = static_cast<float>(rng.below(4));
  return values;
}

// Channel `lane` of a map in blocks.
reference::Map channel(const std::vector<float>& values, std::int64_t map, std::int64_t lane,
                       int rows, int columns, std::int64_t block) {
  reference::Map out({1, rows, columns});
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      const std::int64_t at = ((map * rows + y) * columns + x) * block + lane;
      out.at(0, y, x) = values[static_cast<std::size_t>(at)];
    }
  }
  return out;
}

class OnednnMaxPool : public testing::TestWithParam<MaxPoolShape> {
 protected:
  const MaxPoolShape shape_ = GetParam();
  const int rows_ = static_cast<int>(shape_.rows);
  const int columns_ = static_cast<int>(shape_.columns);
  const std::int64_t count_ = shape_.maps * shape_.rows * shape_.columns * shape_.block;
  const std::vector<float> src_ = noise(count_, 1);
  std::vector<float> dst_ = std::vector<float>(static_cast<std::size_t>(shape_.pooled_elements()));
  std::vector<std::uint8_t> places_ = std::vector<std::uint8_t>(dst_.size());

  reference::Map source(std::int64_t map, std::int64_t lane) const {
    return channel(src_, map, lane, rows_, columns_, shape_.block);
  }
  reference::Map pooled(const std::vector<float>& v, std::int64_t map, std::int64_t lane) const {
    return channel(v, map, lane, rows_ / 2, columns_ / 2, shape_.block);
  }
};

TEST_P(OnednnMaxPool, IsTheReferences) {
  max_pool(src_.data(), dst_.data(), places_.data(), shape_);
  for (std::int64_t map = 0; map < shape_.maps; ++map) {
    for (std::int64_t lane = 0; lane < shape_.block; ++lane) {
      EXPECT_EQ(pooled(dst_, map, lane).values, reference::max_pool(source(map, lane), 2).values);
    }
  }
}

TEST_P(OnednnMaxPool, IsTheSameWhereNothingIsNoted) {
  max_pool(src_.data(), dst_.data(), places_.data(), shape_);
  std::vector<float> got(dst_.size(), std::numeric_limits<float>::quiet_NaN());
  max_pool(src_.data(), got.data(), nullptr, shape_);
  EXPECT_EQ(got, dst_);
}

TEST_P(OnednnMaxPool, GradientIsTheReferences) {
  max_pool(src_.data(), dst_.data(), places_.data(), shape_);
  const auto gradient = noise(shape_.pooled_elements(), 2);
  for (const bool relu : {false, true}) {
    // Whatever lay there before is overwritten.
    std::vector<float> got(src_.size(), std::numeric_limits<float>::quiet_NaN());
    max_pool_backward(gradient.data(), relu ? dst_.data() : nullptr, places_.data(), got.data(),
                      shape_);
    for (std::int64_t map = 0; map < shape_.maps; ++map) {
      for (std::int64_t lane = 0; lane < shape_.block; ++lane) {
        const auto in = source(map, lane);
        auto wanted = reference::max_pool_backward(in, 2, pooled(gradient, map, lane));
        if (relu) wanted = reference::relu_backward(in, wanted);
        EXPECT_EQ(channel(got, map, lane, rows_, columns_, shape_.block).values, wanted.values);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, OnednnMaxPool,
                         testing::Values(MaxPoolShape{1, 2, 2, 8}, MaxPoolShape{3, 6, 4, 8},
                                         MaxPoolShape{2, 7, 5, 8}, MaxPoolShape{2, 3, 8, 16},
                                         MaxPoolShape{1, 4, 9, 16}));

using Tag = dnnl::memory::format_tag;

onednn::BlobLayout layout(Tag tag, std::int64_t channels, int rows, int columns) {
  return onednn::blob_layout({{2, channels, rows, columns}, dnnl::memory::data_type::f32, tag});
}

bool pools(Tag src, Tag dst, std::int64_t channels, int window, MaxPoolShape& shape) {
  return onednn::pools_in_blocks(layout(src, channels, 7, 5),
                                 layout(dst, channels, 7 / window, 5 / window), window, shape);
}

TEST(OnednnMaxPoolLayouts, BlocksOfEightAndSixteenArePooledPaddedOrNot) {
  for (const auto& [tag, block] : {std::pair{Tag::nChw8c, 8}, std::pair{Tag::nChw16c, 16}}) {
    for (const int channels : {6, 16, 20, 64}) {
      MaxPoolShape shape;
      ASSERT_TRUE(pools(tag, tag, channels, 2, shape)) << channels << " in " << block;
      EXPECT_EQ(shape.maps, 2 * ((channels + block - 1) / block)) << channels << " in " << block;
      EXPECT_EQ(shape.rows, 7);
      EXPECT_EQ(shape.columns, 5);
      EXPECT_EQ(shape.block, block);
    }
  }
}

TEST(OnednnMaxPoolLayouts, AllElseIsLeftToOthers) {
  MaxPoolShape shape;
  EXPECT_FALSE(pools(Tag::nChw8c, Tag::nChw8c, 16, 3, shape)) << "window 3";
  EXPECT_FALSE(pools(Tag::nChw8c, Tag::nChw8c, 16, 1, shape)) << "window 1";
  EXPECT_FALSE(pools(Tag::nhwc, Tag::nhwc, 16, 2, shape));
  EXPECT_FALSE(pools(Tag::nchw, Tag::nchw, 16, 2, shape));
  EXPECT_FALSE(pools(Tag::nChw8c, Tag::nChw16c, 16, 2, shape));
  EXPECT_FALSE(pools(Tag::nChw8c, Tag::nhwc, 16, 2, shape));
}

}  // namespace
}  // namespace vggflow
