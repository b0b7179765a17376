#include "tests/nets/cudnn_on_host.h"
#include "tests/nets/cudnn_test_support.h"

namespace vggflow::cudnn {
namespace {

struct Rows {
  std::int64_t n;
  int columns;
};
const Rows kRows[] = {{1, 8},      {5, 24},     {37, 64},  {3001, 8},
                      {70001, 64}, {300, 1000}, {9, 4096}, {257, 512}};

template <class T>
class CudnnColumnSums : public testing::Test {};
TYPED_TEST_SUITE(CudnnColumnSums, ElementTypes);

TYPED_TEST(CudnnColumnSums, AreTheSums) {
  for (const auto& [n, columns] : kRows) {
    const auto rows = rounded<TypeParam>(normal_values(n * columns, 1));
    std::vector<double> wanted(static_cast<std::size_t>(columns));
    for (std::size_t i = 0; i < rows.size(); ++i) wanted[i % wanted.size()] += widened(rows[i]);
    const auto got = on_host::column_sums(rows, n, columns);
    for (std::size_t c = 0; c < wanted.size(); ++c) {
      ASSERT_NEAR(got[c], wanted[c], 1e-6 * std::sqrt(static_cast<double>(n)) + 1e-5)
          << n << " rows, column " << c << " of " << columns;
    }
  }
}

// A block's threads cover its tile, tiles cover a row, and chunks the rows, none of them empty.
TYPED_TEST(CudnnColumnSums, TilesCoverAll) {
  for (const auto& [n, columns] : kRows) {
    const ColumnTiles tiles = column_tiles<TypeParam>(n, columns);
    EXPECT_EQ(tiles.packs * kLanes<TypeParam>, columns);
    EXPECT_EQ(tiles.tile * tiles.lines, kSummingThreads);
    EXPECT_GE(tiles.tile * tiles.tiles, tiles.packs);
    EXPECT_LT(tiles.tile * (tiles.tiles - 1), tiles.packs);
    EXPECT_GE(tiles.chunks * tiles.chunk_rows, n);
    EXPECT_LT((tiles.chunks - 1) * tiles.chunk_rows, n);
    EXPECT_LE(tiles.tile * kLanes<TypeParam>, kSummingThreads) << "one thread sums a column";
  }
}

// The figures of a training step: enough blocks for any card, and threads with enough to read.
TYPED_TEST(CudnnColumnSums, LongMapsAreManyBlocks) {
  const ColumnTiles tiles = column_tiles<TypeParam>(std::int64_t{256} * 224 * 224, 64);
  EXPECT_GE(tiles.chunks * tiles.tiles, 2000);
  EXPECT_GE(tiles.chunk_rows / tiles.lines, 100);
}

}  // namespace
}  // namespace vggflow::cudnn
