#include "stages/resample/kernels_dispatch.h"

namespace vggflow {

std::vector<const Kernels*> runnable_kernels() {
  std::vector<const Kernels*> runnable{&kBaselineKernels};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") != 0) runnable.push_back(&kAvx2Kernels);
#endif
  return runnable;
}

const Kernels& kernels() {
  static const Kernels& kBest = *runnable_kernels().back();
  return kBest;
}

}  // namespace vggflow
