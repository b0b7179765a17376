#include "nets/cudnn/kernels/column_sums.h"

#include "nets/cudnn/kernels/column_sums_body.h"
#include "nets/cudnn/kernels/launch.h"

namespace vggflow::cudnn {
namespace {

/// Block (x, y) sums chunk x of tile y to row x of `partial`, (chunks, columns).
template <class T>
__global__ void __launch_bounds__(kSummingThreads)
    sum_chunk_kernel(const T* rows, std::int64_t n, int columns, ColumnTiles tiles,
                     float* partial) {
  __shared__ float sums[kSummingThreads * kLanes<T>];  // (lines, columns of the tile)
  const int thread = static_cast<int>(threadIdx.x);
  const int line = thread / tiles.tile;
  const int tile_columns = tiles.tile * kLanes<T>;
  const int first_column = static_cast<int>(blockIdx.y) * tile_columns;
  const int pack = thread % tiles.tile;
  const int column = first_column + pack * kLanes<T>;
  const std::int64_t first = blockIdx.x * tiles.chunk_rows;
  const std::int64_t last = min(first + tiles.chunk_rows, n);
  if (column < columns) {
    const Lanes<T> sum = sum_of_rows(rows + column, columns, first + line, last, tiles.lines);
    for (int i = 0; i < kLanes<T>; ++i) {
      sums[line * tile_columns + pack * kLanes<T> + i] = sum.values[i];
    }
  }
  __syncthreads();
  if (thread >= tile_columns || first_column + thread >= columns) return;
  partial[std::int64_t{blockIdx.x} * columns + first_column + thread] =
      sum_in_order(sums + thread, tiles.lines, tile_columns);
}

__global__ void __launch_bounds__(kChunkColumns* kChunkLines)
    sum_chunks_kernel(const float* partial, std::int64_t chunks, int columns, float* out,
                      bool add) {
  __shared__ float sums[kChunkLines][kChunkColumns];
  const int column = static_cast<int>(blockIdx.x * kChunkColumns + threadIdx.x);
  const int line = static_cast<int>(threadIdx.y);
  if (column < columns) {
    sums[line][threadIdx.x] = sum_of_chunks(partial, chunks, columns, column, line);
  }
  __syncthreads();
  if (line != 0 || column >= columns) return;
  const float sum = sum_in_order(&sums[0][threadIdx.x], kChunkLines, kChunkColumns);
  out[column] = add ? out[column] + sum : sum;
}

}  // namespace

std::size_t column_sums_scratch_bytes(std::int64_t n, int columns) {
  const std::int64_t chunks = std::max(column_tiles<float>(n, columns).chunks,
                                       column_tiles<cuda::BFloat16>(n, columns).chunks);
  return static_cast<std::size_t>(chunks) * static_cast<std::size_t>(columns) * sizeof(float);
}

template <class T>
void column_sums(const T* rows, std::int64_t n, int columns, float* sums, float* scratch, bool add,
                 const cuda::Stream& stream) {
  const ColumnTiles tiles = column_tiles<T>(n, columns);
  const dim3 grid(static_cast<unsigned>(tiles.chunks), static_cast<unsigned>(tiles.tiles));
  sum_chunk_kernel<<<grid, kSummingThreads, 0, stream.get()>>>(rows, n, columns, tiles, scratch);
  cuda::check_launch("column_sums");
  const auto blocks = static_cast<unsigned>((columns + kChunkColumns - 1) / kChunkColumns);
  sum_chunks_kernel<<<blocks, dim3(kChunkColumns, kChunkLines), 0, stream.get()>>>(
      scratch, tiles.chunks, columns, sums, add);
  cuda::check_launch("column_sums");
}

template void column_sums(const float*, std::int64_t, int, float*, float*, bool,
                          const cuda::Stream&);
template void column_sums(const cuda::BFloat16*, std::int64_t, int, float*, float*, bool,
                          const cuda::Stream&);

}  // namespace vggflow::cudnn
