#include "nets/cudnn/kernels/dropout.h"

#include "nets/cudnn/kernels/dropout_body.h"
#include "nets/cudnn/kernels/launch.h"

namespace vggflow::cudnn {
namespace {

template <class T>
__global__ void __launch_bounds__(kThreads)
    dropout_kernel(T* values, MapShape shape, int channels, DropoutRule rule,
                   const DeviceStep* step, std::int64_t groups) {
  const DeviceStep now = *step;
  for_each(groups, [&](std::int64_t i) { drop_group(values, shape, channels, rule, now, i); });
}

template <class T>
__global__ void __launch_bounds__(kThreads)
    masked_gradient_kernel(const T* output, T* gradient, float scale, std::int64_t packs) {
  for_each(packs, [=](std::int64_t i) {
    const std::int64_t at = i * kLanes<T>;
    store(gradient + at, scale_where_above_zero<T>(load(output + at), load(gradient + at), scale));
  });
}

}  // namespace

template <class T>
void dropout(T* values, const MapShape& shape, int channels, const DropoutLayer& layer,
             const DeviceStep* step, const cuda::Stream& stream) {
  const std::int64_t groups = dropout_groups<T>(shape);
  dropout_kernel<<<blocks_for(groups), kThreads, 0, stream.get()>>>(
      values, shape, channels, dropout_rule(layer.key, layer.probability), step, groups);
  cuda::check_launch("dropout");
}

template <class T>
void dropout_gradient(T* gradient, const T* output, const MapShape& shape, int channels,
                      const DropoutLayer& layer, const DeviceStep* step,
                      const cuda::Stream& stream) {
  if (output == nullptr) return dropout(gradient, shape, channels, layer, step, stream);
  const std::int64_t packs = shape.elements() / kLanes<T>;
  const float scale = dropout_rule(layer.key, layer.probability).scale;
  masked_gradient_kernel<<<blocks_for(packs), kThreads, 0, stream.get()>>>(output, gradient, scale,
                                                                           packs);
  cuda::check_launch("dropout_gradient");
}

template void dropout(float*, const MapShape&, int, const DropoutLayer&, const DeviceStep*,
                      const cuda::Stream&);
template void dropout(cuda::BFloat16*, const MapShape&, int, const DropoutLayer&, const DeviceStep*,
                      const cuda::Stream&);
template void dropout_gradient(float*, const float*, const MapShape&, int, const DropoutLayer&,
                               const DeviceStep*, const cuda::Stream&);
template void dropout_gradient(cuda::BFloat16*, const cuda::BFloat16*, const MapShape&, int,
                               const DropoutLayer&, const DeviceStep*, const cuda::Stream&);

}  // namespace vggflow::cudnn
