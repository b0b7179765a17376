#pragma once

#include <algorithm>
#include <cstdint>

#include "nets/cudnn/kernels/pack.h"

/// Summing columns takes two steps: blocks of threads each sum a chunk of rows of a tile of
/// columns, then the chunks' sums are summed. Who sums what, and in which order, is all here.
namespace vggflow::cudnn {

inline constexpr int kSummingThreads = 256;  ///< of a block of the first step

/// The first step's share-out.
struct ColumnTiles {
  int packs = 0;                ///< of a row
  int tile = 0;                 ///< packs that a block covers, a power of two
  int tiles = 0;                ///< that cover a row
  int lines = 0;                ///< rows that a block reads at once, one for `tile` threads
  std::int64_t chunk_rows = 0;  ///< rows of a block; the last chunk may have fewer
  std::int64_t chunks = 0;
};

template <class T>
ColumnTiles column_tiles(std::int64_t n, int columns) {
  constexpr int kWidestTile = 32;         // packs: a warp then reads 512 bytes
  constexpr std::int64_t kBlocks = 2048;  // fill any card several times over
  constexpr int kLeastReads = 4;          // of a thread, all under way at once
  ColumnTiles tiles;
  tiles.packs = columns / kLanes<T>;
  tiles.tile = 1;
  while (tiles.tile < std::min(tiles.packs, kWidestTile)) tiles.tile *= 2;
  tiles.tiles = (tiles.packs + tiles.tile - 1) / tiles.tile;
  tiles.lines = kSummingThreads / tiles.tile;
  const std::int64_t chunks = std::max<std::int64_t>(kBlocks / tiles.tiles, 1);
  tiles.chunk_rows = std::max<std::int64_t>((n + chunks - 1) / chunks, kLeastReads * tiles.lines);
  tiles.chunks = std::max<std::int64_t>((n + tiles.chunk_rows - 1) / tiles.chunk_rows, 1);
  return tiles;
}

/// The sum over rows first, first + step ... below `last` of one pack of columns: of what `rows`
/// points at and what lies whole rows after it.
template <class T>
VGGFLOW_HOST_DEVICE Lanes<T> sum_of_rows(const T* rows, int columns, std::int64_t first,
                                         std::int64_t last, int step) {
  constexpr int kInFlight = 4;
  Lanes<T> sums;
  for (std::int64_t row = first; row < last; row += kInFlight * step) {
    Pack packs[kInFlight];  // zeros beyond the last row
    for (int k = 0; k < kInFlight; ++k) {
      if (row + k * step < last) packs[k] = load(rows + (row + k * step) * columns);
    }
    for (int k = 0; k < kInFlight; ++k) {
      const Lanes<T> values = unpack<T>(packs[k]);
      for (int i = 0; i < kLanes<T>; ++i) sums.values[i] += values.values[i];
    }
  }
  return sums;
}

/// values[0] + values[stride] + ... `count` of them, in this order.
VGGFLOW_HOST_DEVICE inline float sum_in_order(const float* values, std::int64_t count,
                                              std::int64_t stride) {
  float sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += values[i * stride];
  return sum;
}

/// The second step's blocks are of kChunkLines lines of kChunkColumns threads; line l sums the
/// chunks l, l + kChunkLines ... of each of the block's columns.
inline constexpr int kChunkColumns = 32;
inline constexpr int kChunkLines = 32;

/// `partial` is (chunks, columns).
VGGFLOW_HOST_DEVICE inline float sum_of_chunks(const float* partial, std::int64_t chunks,
                                               int columns, int column, int line) {
  const std::int64_t count = (chunks - line + kChunkLines - 1) / kChunkLines;
  return sum_in_order(partial + std::int64_t{line} * columns + column, count,
                      std::int64_t{kChunkLines} * columns);
}

}  // namespace vggflow::cudnn
