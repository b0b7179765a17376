#include "nets/cudnn/kernels/sgd.h"

#include "nets/cudnn/kernels/launch.h"
#include "nets/cudnn/kernels/sgd_body.h"

namespace vggflow::cudnn {
namespace {

template <class T>
__global__ void __launch_bounds__(kThreads) sgd_kernel(Arena arena, T* copy, std::int64_t packs,
                                                       const DeviceRates* rates, int* not_finite) {
  const DeviceRates now = *rates;
  int at = 0;
  bool all_finite = true;
  for_each_loaded(
      packs, [&](std::int64_t i) { return load_sgd(arena, i * 4, now, at); },
      [&](std::int64_t i, const SgdPacks& read) {
        all_finite = make_sgd_step(read, now, arena, copy, i * 4) && all_finite;
      });
  if (!all_finite) *not_finite = 1;
}

struct Summands {
  Pack sum;
  Pack values;
};

__global__ void __launch_bounds__(kThreads)
    add_kernel(float* sum, const float* values, std::int64_t packs) {
  for_each_loaded(
      packs,
      [=](std::int64_t i) {
        return Summands{load(sum + i * 4), load(values + i * 4)};
      },
      [=](std::int64_t i, const Summands& in) { store(sum + i * 4, sum_of(in.sum, in.values)); });
}

template <class T>
__global__ void __launch_bounds__(kThreads)
    convert_kernel(const float* from, T* to, std::int64_t packs) {
  for_each_loaded(
      packs, [=](std::int64_t i) { return load(from + i * 4); },
      [=](std::int64_t i, const Pack& in) { store_four(to + i * 4, unpack<float>(in)); });
}

}  // namespace

template <class T>
void sgd_step(float* weights, float* momenta, const float* gradients, T* copy,
              const Segment* segments, int count, std::int64_t elements, const DeviceRates* rates,
              int* not_finite, const cuda::Stream& stream) {
  const std::int64_t packs = elements / 4;
  const Arena arena{weights, momenta, gradients, segments, count};
  sgd_kernel<<<blocks_for(packs), kThreads, 0, stream.get()>>>(arena, copy, packs, rates,
                                                               not_finite);
  cuda::check_launch("sgd_step");
}

void add(float* sum, const float* values, std::int64_t count, const cuda::Stream& stream) {
  const std::int64_t packs = count / 4;
  add_kernel<<<blocks_for(packs), kThreads, 0, stream.get()>>>(sum, values, packs);
  cuda::check_launch("add");
}

template <class T>
void convert(const float* from, T* to, std::int64_t count, const cuda::Stream& stream) {
  const std::int64_t packs = count / 4;
  convert_kernel<<<blocks_for(packs), kThreads, 0, stream.get()>>>(from, to, packs);
  cuda::check_launch("convert");
}

template void sgd_step(float*, float*, const float*, float*, const Segment*, int, std::int64_t,
                       const DeviceRates*, int*, const cuda::Stream&);
template void sgd_step(float*, float*, const float*, cuda::BFloat16*, const Segment*, int,
                       std::int64_t, const DeviceRates*, int*, const cuda::Stream&);
template void convert(const float*, float*, std::int64_t, const cuda::Stream&);
template void convert(const float*, cuda::BFloat16*, std::int64_t, const cuda::Stream&);

}  // namespace vggflow::cudnn
