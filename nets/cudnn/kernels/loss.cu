#include "nets/cudnn/kernels/loss.h"

#include "nets/cudnn/kernels/loss_body.h"
#include "nets/cudnn/kernels/reduce.h"

namespace vggflow::cudnn {
namespace {

/// One block for each slot.
template <class T>
__global__ void __launch_bounds__(kThreads, 4)
    softmax_loss_kernel(const float* logits, int classes, int stride, const DeviceStep* step,
                        const std::int32_t* labels, const float* weights, T* gradient,
                        DeviceSums* of_slots) {
  const std::int64_t n = blockIdx.x;
  const int thread = static_cast<int>(threadIdx.x);
  const float* const row = logits + n * stride;
  T* const out = gradient + n * stride;
  const LabelledSlot slot = labelled_slot(labels[n], weights[n], *step);
  if (slot.weight == 0) {
    write_loss_gradient(row, classes, stride, slot, 0, thread, kThreads, out);
    if (thread == 0) of_slots[n] = {};
    return;
  }
  const double largest = reduce_block(largest_score(row, classes, thread, kThreads), Larger{});
  const double sum =
      reduce_block(sum_of_exponentials(row, classes, largest, thread, kThreads), Plus{});
  const int before =
      reduce_block(classes_before(row, classes, slot.label, thread, kThreads), Plus{});
  const double log_sum = largest + log(sum);
  write_loss_gradient(row, classes, stride, slot, log_sum, thread, kThreads, out);
  if (thread == 0) of_slots[n] = slot_sums(row, slot, log_sum, before);
}

/// One block. Four threads add up one figure each; all threads fetch.
__global__ void __launch_bounds__(kThreads)
    sum_slots_kernel(const double* of_slots, int slots, double* sums) {
  constexpr int kFigures = sizeof(DeviceSums) / sizeof(double);
  constexpr int kFetched = kThreads / kFigures;  // slots at a time
  __shared__ double fetched[kThreads];
  const int thread = static_cast<int>(threadIdx.x);
  double sum = 0;
  for (int first = 0; first < slots; first += kFetched) {
    const int count = min(slots - first, kFetched);
    if (thread < count * kFigures) fetched[thread] = of_slots[first * kFigures + thread];
    __syncthreads();
    for (int i = 0; thread < kFigures && i < count; ++i) sum += fetched[i * kFigures + thread];
    __syncthreads();
  }
  if (thread < kFigures) sums[thread] += sum;
}

}  // namespace

template <class T>
void softmax_loss(const float* logits, int slots, int classes, int stride, const DeviceStep* step,
                  const std::int32_t* labels, const float* weights, T* gradient,
                  DeviceSums* of_slots, const cuda::Stream& stream) {
  softmax_loss_kernel<<<static_cast<unsigned>(slots), kThreads, 0, stream.get()>>>(
      logits, classes, stride, step, labels, weights, gradient, of_slots);
  cuda::check_launch("softmax_loss");
}

void sum_slots(const DeviceSums* of_slots, int slots, DeviceSums* sums,
               const cuda::Stream& stream) {
  sum_slots_kernel<<<1, kThreads, 0, stream.get()>>>(reinterpret_cast<const double*>(of_slots),
                                                     slots, reinterpret_cast<double*>(sums));
  cuda::check_launch("sum_slots");
}

template void softmax_loss(const float*, int, int, int, const DeviceStep*, const std::int32_t*,
                           const float*, float*, DeviceSums*, const cuda::Stream&);
template void softmax_loss(const float*, int, int, int, const DeviceStep*, const std::int32_t*,
                           const float*, cuda::BFloat16*, DeviceSums*, const cuda::Stream&);

}  // namespace vggflow::cudnn
