#include "nets/cudnn/kernels/aggregate.h"

#include "nets/cudnn/kernels/aggregate_body.h"
#include "nets/cudnn/kernels/reduce.h"

namespace vggflow::cudnn {
namespace {

struct Maps {
  const float* scores;  // (N, positions, stride)
  int positions;
  int classes;
  int stride;
};

/// One block for each slot. What the softmax is taken of lies in `posteriors` meanwhile; each
/// thread reads only what it wrote.
__global__ void __launch_bounds__(kThreads) aggregate_scores_kernel(Maps maps, float* posteriors) {
  const std::int64_t n = blockIdx.x;
  const int thread = static_cast<int>(threadIdx.x);
  const float* const map = maps.scores + n * maps.positions * maps.stride;
  float* const out = posteriors + n * maps.classes;
  for (int c = thread; c < maps.classes; c += kThreads) {
    out[c] = mean_score(map, maps.positions, maps.stride, c);
  }
  const double largest = reduce_block(largest_score(out, maps.classes, thread, kThreads), Larger{});
  const double sum =
      reduce_block(sum_of_exponentials(out, maps.classes, largest, thread, kThreads), Plus{});
  const double log_sum = largest + log(sum);
  for (int c = thread; c < maps.classes; c += kThreads) {
    out[c] = static_cast<float>(exp(out[c] - log_sum));
  }
}

/// One block for each slot and kThreads classes, one for each thread. A warp at a time looks at all
/// classes of a position.
__global__ void __launch_bounds__(kThreads)
    aggregate_posteriors_kernel(Maps maps, int tiles, float* posteriors) {
  constexpr int kPositions = 64;  // at a time
  __shared__ double log_sums[kPositions];
  const std::int64_t n = blockIdx.x / tiles;
  const int c = static_cast<int>(blockIdx.x) % tiles * kThreads + static_cast<int>(threadIdx.x);
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const float* map = maps.scores + n * maps.positions * maps.stride;
  double mean = 0;
  for (int first = 0; first < maps.positions; first += kPositions) {
    const int count = min(maps.positions - first, kPositions);
    for (int p = static_cast<int>(threadIdx.x) / kWarp; p < count; p += kThreads / kWarp) {
      const float* const row = map + std::int64_t{p} * maps.stride;
      const double largest = reduce_warp(largest_score(row, maps.classes, lane, kWarp), Larger{});
      const double sum =
          reduce_warp(sum_of_exponentials(row, maps.classes, largest, lane, kWarp), Plus{});
      if (lane == 0) log_sums[p] = largest + log(sum);
    }
    __syncthreads();
    if (c < maps.classes) {
      add_posteriors(map, count, maps.positions, maps.stride, c, log_sums, mean);
    }
    __syncthreads();
    map += std::int64_t{kPositions} * maps.stride;
  }
  if (c < maps.classes) posteriors[n * maps.classes + c] = static_cast<float>(mean);
}

}  // namespace

void aggregate(const float* maps, int slots, int positions, int classes, int stride, Aggregate how,
               float* posteriors, const cuda::Stream& stream) {
  const Maps shaped{maps, positions, classes, stride};
  if (how == Aggregate::scores) {
    aggregate_scores_kernel<<<static_cast<unsigned>(slots), kThreads, 0, stream.get()>>>(
        shaped, posteriors);
  } else {
    const int tiles = (classes + kThreads - 1) / kThreads;
    aggregate_posteriors_kernel<<<static_cast<unsigned>(slots * tiles), kThreads, 0,
                                  stream.get()>>>(shaped, tiles, posteriors);
  }
  cuda::check_launch("aggregate");
}

}  // namespace vggflow::cudnn
