#include "nets/cudnn/kernels/rows.h"

#include "nets/cudnn/kernels/launch.h"
#include "nets/cudnn/kernels/pack.h"

namespace vggflow::cudnn {
namespace {

__global__ void __launch_bounds__(kThreads)
    fill_rows_kernel(float* rows, std::int64_t packs, int row_packs, const float* bias) {
  for_each(packs, [=](std::int64_t i) { store(rows + i * 4, load(bias + i % row_packs * 4)); });
}

}  // namespace

void fill_rows(float* rows, std::int64_t n, int columns, const float* bias,
               const cuda::Stream& stream) {
  const int row_packs = columns / 4;
  const std::int64_t packs = n * row_packs;
  fill_rows_kernel<<<blocks_for(packs), kThreads, 0, stream.get()>>>(rows, packs, row_packs, bias);
  cuda::check_launch("fill_rows");
}

}  // namespace vggflow::cudnn
