#include "nets/cudnn/kernels/relu.h"

#include "nets/cudnn/kernels/launch.h"
#include "nets/cudnn/kernels/relu_body.h"

namespace vggflow::cudnn {
namespace {

template <class T>
__global__ void __launch_bounds__(kThreads) relu_kernel(T* values, std::int64_t packs) {
  for_each_loaded(
      packs, [=](std::int64_t i) { return load(values + i * kLanes<T>); },
      [=](std::int64_t i, const Pack& in) { store(values + i * kLanes<T>, relu_of<T>(in)); });
}

struct OutputAndGradient {
  Pack output;
  Pack gradient;
};

template <class T>
__global__ void __launch_bounds__(kThreads)
    mask_relu_kernel(const T* output, T* gradient, std::int64_t packs) {
  for_each_loaded(
      packs,
      [=](std::int64_t i) {
        return OutputAndGradient{load(output + i * kLanes<T>), load(gradient + i * kLanes<T>)};
      },
      [=](std::int64_t i, const OutputAndGradient& in) {
        store(gradient + i * kLanes<T>, mask_relu_of<T>(in.output, in.gradient));
      });
}

}  // namespace

template <class T>
void relu(T* values, std::int64_t count, const cuda::Stream& stream) {
  const std::int64_t packs = count / kLanes<T>;
  relu_kernel<<<blocks_for(packs), kThreads, 0, stream.get()>>>(values, packs);
  cuda::check_launch("relu");
}

template <class T>
void mask_relu(const T* output, T* gradient, std::int64_t count, const cuda::Stream& stream) {
  const std::int64_t packs = count / kLanes<T>;
  mask_relu_kernel<<<blocks_for(packs), kThreads, 0, stream.get()>>>(output, gradient, packs);
  cuda::check_launch("mask_relu");
}

template void relu(float*, std::int64_t, const cuda::Stream&);
template void relu(cuda::BFloat16*, std::int64_t, const cuda::Stream&);
template void mask_relu(const float*, float*, std::int64_t, const cuda::Stream&);
template void mask_relu(const cuda::BFloat16*, cuda::BFloat16*, std::int64_t, const cuda::Stream&);

}  // namespace vggflow::cudnn
