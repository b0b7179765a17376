#pragma once

#include <algorithm>
#include <cstdint>

/// How the kernels share out their work; for .cu files.
namespace vggflow::cudnn {

inline constexpr int kThreads = 256;  // of a block

/// Blocks for a loop over `count` items in strides of the grid: so many that every card is filled
/// several times over, and no more than its threads have something to do.
inline unsigned blocks_for(std::int64_t count) {
  constexpr std::int64_t kMostBlocks = 1 << 14;
  return static_cast<unsigned>(
      std::clamp<std::int64_t>((count + kThreads - 1) / kThreads, 1, kMostBlocks));
}

/// Calls work(i) for this thread's share of 0 ... count - 1.
template <class Work>
__device__ void for_each(std::int64_t count, Work work) {
  const std::int64_t stride = std::int64_t{gridDim.x} * kThreads;
  for (std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x; i < count; i += stride) {
    work(i);
  }
}

/// Calls work(i, load(i)) likewise; what four calls of `load` read is under way before the first
/// is waited for. `load` is called with rising i.
template <class Load, class Work>
__device__ void for_each_loaded(std::int64_t count, Load load, Work work) {
  constexpr int kInFlight = 4;
  const std::int64_t stride = std::int64_t{gridDim.x} * kThreads;
  for (std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x; i < count;
       i += kInFlight * stride) {
    decltype(load(i)) loaded[kInFlight];
#pragma unroll
    for (int k = 0; k < kInFlight; ++k) {
      if (i + k * stride < count) loaded[k] = load(i + k * stride);
    }
#pragma unroll
    for (int k = 0; k < kInFlight; ++k) {
      if (i + k * stride < count) work(i + k * stride, loaded[k]);
    }
  }
}

}  // namespace vggflow::cudnn
