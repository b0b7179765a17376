#include "nets/cudnn/kernels/lrn.h"

#include <string>

#include "base/error.h"
#include "nets/cudnn/kernels/launch.h"
#include "nets/cudnn/kernels/lrn_body.h"
#include "nets/cudnn/kernels/pack.h"

namespace vggflow::cudnn {
namespace {

constexpr int kTileElements = 2048;  // of a block, or one pixel's if those are more

/// Whole pixels that a block holds in shared memory.
struct Tile {
  std::int64_t pixels;  // of the map
  int block_pixels;     // of a block
  int channels;         // padded

  __device__ std::int64_t begin() const {
    return blockIdx.x * std::int64_t{block_pixels} * channels;
  }
  __device__ int elements() const {
    const std::int64_t first = blockIdx.x * std::int64_t{block_pixels};
    return static_cast<int>(min(std::int64_t{block_pixels}, pixels - first)) * channels;
  }
};

template <class T>
__device__ void fetch(float* to, const T* from, int elements) {
  for (int i = static_cast<int>(threadIdx.x) * kLanes<T>; i < elements; i += kThreads * kLanes<T>) {
    const Lanes<T> lanes = unpack<T>(load(from + i));
    for (int k = 0; k < kLanes<T>; ++k) to[i + k] = lanes.values[k];
  }
}

template <class T>
__device__ void put(T* to, const float* from, int elements) {
  for (int i = static_cast<int>(threadIdx.x) * kLanes<T>; i < elements; i += kThreads * kLanes<T>) {
    Lanes<T> lanes;
    for (int k = 0; k < kLanes<T>; ++k) lanes.values[k] = from[i + k];
    store(to + i, pack<T>(lanes));
  }
}

/// Calls work(the pixel's first element, channel) for this thread's elements: neighbours have
/// neighbouring channels, so that shared memory serves them all at once.
template <class Work>
__device__ void for_each_channel(const Tile& tile, Work work) {
  for (int i = static_cast<int>(threadIdx.x); i < tile.elements(); i += kThreads) {
    const int channel = i % tile.channels;
    work(i - channel, channel);
  }
}

template <class T>
__global__ void __launch_bounds__(kThreads)
    lrn_kernel(Tile tile, LrnRule rule, const T* in, T* out) {
  extern __shared__ float shared[];
  float* const values = shared;
  float* const results = values + tile.block_pixels * tile.channels;
  fetch(values, in + tile.begin(), tile.elements());
  __syncthreads();
  for_each_channel(
      tile, [&](int pixel, int c) { results[pixel + c] = lrn_value(rule, values + pixel, c); });
  __syncthreads();
  put(out + tile.begin(), results, tile.elements());
}

template <class T>
__global__ void __launch_bounds__(kThreads, 4)
    lrn_gradient_kernel(Tile tile, LrnRule rule, const T* in, const T* gradient, T* in_gradient) {
  extern __shared__ float shared[];
  float* const values = shared;
  float* const direct = values + tile.block_pixels * tile.channels;
  float* const through_scale = direct + tile.block_pixels * tile.channels;
  fetch(values, in + tile.begin(), tile.elements());
  fetch(direct, gradient + tile.begin(), tile.elements());
  __syncthreads();
  for_each_channel(tile, [&](int pixel, int c) {
    split_lrn_gradient(rule, values + pixel, c, direct[pixel + c], through_scale[pixel + c]);
  });
  __syncthreads();
  for_each_channel(tile, [&](int pixel, int c) {
    direct[pixel + c] =
        join_lrn_gradient(rule, values + pixel, direct + pixel, through_scale + pixel, c);
  });
  __syncthreads();
  put(in_gradient + tile.begin(), direct, tile.elements());
}

Tile tile_of(const MapShape& shape) {
  if (shape.channels > kMostLrnChannels) {
    throw Error(Origin::engine, "LRN over " + std::to_string(shape.channels) +
                                    " channels; allowed: at most " +
                                    std::to_string(kMostLrnChannels));
  }
  return {std::int64_t{shape.slots} * shape.height * shape.width,
          std::max(kTileElements / shape.channels, 1), shape.channels};
}

unsigned blocks_of(const Tile& tile) {
  return static_cast<unsigned>((tile.pixels + tile.block_pixels - 1) / tile.block_pixels);
}

std::size_t shared_bytes(const Tile& tile, int copies) {
  return static_cast<std::size_t>(tile.block_pixels) * static_cast<std::size_t>(tile.channels) *
         static_cast<std::size_t>(copies) * sizeof(float);
}

}  // namespace

template <class T>
void lrn(const MapShape& shape, int channels, const Lrn& layer, const T* in, T* out,
         const cuda::Stream& stream) {
  const Tile tile = tile_of(shape);
  lrn_kernel<<<blocks_of(tile), kThreads, shared_bytes(tile, 2), stream.get()>>>(
      tile, lrn_rule(layer, channels), in, out);
  cuda::check_launch("lrn");
}

template <class T>
void lrn_gradient(const MapShape& shape, int channels, const Lrn& layer, const T* in,
                  const T* gradient, T* in_gradient, const cuda::Stream& stream) {
  const Tile tile = tile_of(shape);
  lrn_gradient_kernel<<<blocks_of(tile), kThreads, shared_bytes(tile, 3), stream.get()>>>(
      tile, lrn_rule(layer, channels), in, gradient, in_gradient);
  cuda::check_launch("lrn_gradient");
}

template void lrn(const MapShape&, int, const Lrn&, const float*, float*, const cuda::Stream&);
template void lrn(const MapShape&, int, const Lrn&, const cuda::BFloat16*, cuda::BFloat16*,
                  const cuda::Stream&);
template void lrn_gradient(const MapShape&, int, const Lrn&, const float*, const float*, float*,
                           const cuda::Stream&);
template void lrn_gradient(const MapShape&, int, const Lrn&, const cuda::BFloat16*,
                           const cuda::BFloat16*, cuda::BFloat16*, const cuda::Stream&);

}  // namespace vggflow::cudnn
