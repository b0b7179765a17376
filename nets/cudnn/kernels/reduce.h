#pragma once

#include "nets/cudnn/kernels/launch.h"

/// Combining what the threads of a warp or of a block of kThreads have, for .cu files. The order is
/// always the same, and all of them receive the result.
namespace vggflow::cudnn {

inline constexpr int kWarp = 32;

template <class Value, class Combine>
__device__ Value reduce_warp(Value value, Combine combine) {
  for (int distance = kWarp / 2; distance > 0; distance /= 2) {
    value = combine(value, __shfl_xor_sync(0xFFFFFFFFU, value, distance));
  }
  return value;
}

/// Called by all threads of the block.
template <class Value, class Combine>
__device__ Value reduce_block(Value value, Combine combine) {
  __shared__ Value of_warps[kThreads / kWarp];
  value = reduce_warp(value, combine);
  if (threadIdx.x % kWarp == 0) of_warps[threadIdx.x / kWarp] = value;
  __syncthreads();
  Value all = of_warps[0];
  for (int warp = 1; warp < kThreads / kWarp; ++warp) all = combine(all, of_warps[warp]);
  __syncthreads();  // the next reduction writes there again
  return all;
}

struct Larger {
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};
struct Plus {
  template <class Value>
  __device__ Value operator()(Value a, Value b) const {
    return a + b;
  }
};

}  // namespace vggflow::cudnn
