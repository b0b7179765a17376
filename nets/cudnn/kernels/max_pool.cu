#include "nets/cudnn/kernels/max_pool.h"

#include <string>

#include "base/error.h"
#include "nets/cudnn/kernels/launch.h"
#include "nets/cudnn/kernels/max_pool_body.h"

namespace vggflow::cudnn {
namespace {

template <class T, int kWindow>
__global__ void __launch_bounds__(kThreads)
    max_pool_kernel(Pooling<T> pooling, std::int64_t packs) {
  for_each(packs, [&](std::int64_t i) { pool_pack<T, kWindow>(pooling, i); });
}

template <class T, int kWindow>
__global__ void __launch_bounds__(kThreads)
    max_pool_gradient_kernel(Unpooling<T> unpooling, std::int64_t cells) {
  for_each(cells, [&](std::int64_t i) { unpool_cell<T, kWindow>(unpooling, i); });
}

template <class T>
auto choose_pooling(int window) {
  if (window == 2) return max_pool_kernel<T, 2>;
  return window == 3 ? max_pool_kernel<T, 3> : max_pool_kernel<T, 0>;
}

template <class T>
auto choose_unpooling(int window) {
  if (window == 2) return max_pool_gradient_kernel<T, 2>;
  return window == 3 ? max_pool_gradient_kernel<T, 3> : max_pool_gradient_kernel<T, 0>;
}

void check_places(int window) {
  if (window <= kMostPooledWindow) return;
  throw Error(Origin::engine, "max-pooling with a window of " + std::to_string(window) +
                                  " has no gradient here; allowed: at most " +
                                  std::to_string(kMostPooledWindow));
}

}  // namespace

template <class T>
void max_pool(const MapShape& source, int window, const T* in, T* out, std::uint8_t* places,
              const cuda::Stream& stream) {
  if (places != nullptr) check_places(window);
  const std::int64_t packs = pooled_packs<T>(source, window);
  const Pooling<T> pooling{source, window, in, out, places};
  choose_pooling<T>(window)<<<blocks_for(packs), kThreads, 0, stream.get()>>>(pooling, packs);
  cuda::check_launch("max_pool");
}

template <class T>
void max_pool_gradient(const MapShape& source, int window, const T* pooled,
                       const std::uint8_t* places, const T* gradient, bool mask_relu,
                       T* source_gradient, const cuda::Stream& stream) {
  check_places(window);
  const std::int64_t cells = unpooled_cells<T>(source, window);
  const Unpooling<T> unpooling{source, window,   mask_relu ? pooled : nullptr,
                               places, gradient, source_gradient};
  choose_unpooling<T>(window)<<<blocks_for(cells), kThreads, 0, stream.get()>>>(unpooling, cells);
  cuda::check_launch("max_pool_gradient");
}

template void max_pool(const MapShape&, int, const float*, float*, std::uint8_t*,
                       const cuda::Stream&);
template void max_pool(const MapShape&, int, const cuda::BFloat16*, cuda::BFloat16*, std::uint8_t*,
                       const cuda::Stream&);
template void max_pool_gradient(const MapShape&, int, const float*, const std::uint8_t*,
                                const float*, bool, float*, const cuda::Stream&);
template void max_pool_gradient(const MapShape&, int, const cuda::BFloat16*, const std::uint8_t*,
                                const cuda::BFloat16*, bool, cuda::BFloat16*, const cuda::Stream&);

}  // namespace vggflow::cudnn
