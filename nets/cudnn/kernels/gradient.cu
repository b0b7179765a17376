#include "base/cuda/bfloat16.h"
#include "nets/cudnn/kernels/gradient.h"

namespace vggflow::cudnn {
namespace {

constexpr int kThreads = 256;
constexpr int kPerThread = 4;  // 16 bytes of f32

struct alignas(16) Four {
  float values[kPerThread];
};

template <class T>
__global__ void collect_all(const T* values, float* to, std::int64_t count, bool add) {
  const std::int64_t step = std::int64_t{gridDim.x} * kThreads * kPerThread;
  std::int64_t i = (std::int64_t{blockIdx.x} * kThreads + threadIdx.x) * kPerThread;
  for (; i < count; i += step) {
    Four sum{};
    if (add) sum = *reinterpret_cast<const Four*>(to + i);
    for (int k = 0; k < kPerThread; ++k) sum.values[k] += static_cast<float>(values[i + k]);
    *reinterpret_cast<Four*>(to + i) = sum;
  }
}

}  // namespace

template <class T>
void collect(const T* values, float* to, std::int64_t count, bool add, const cuda::Stream& stream) {
  constexpr std::int64_t kMostBlocks = 4096;
  const std::int64_t wanted = (count + kThreads * kPerThread - 1) / (kThreads * kPerThread);
  const auto blocks = static_cast<unsigned>(wanted < kMostBlocks ? wanted : kMostBlocks);
  collect_all<<<blocks, kThreads, 0, stream.get()>>>(values, to, count, add);
  cuda::check_launch("collect");
}

template void collect(const float*, float*, std::int64_t, bool, const cuda::Stream&);
template void collect(const cuda::BFloat16*, float*, std::int64_t, bool, const cuda::Stream&);

}  // namespace vggflow::cudnn
