#include <algorithm>

#include "base/cuda/probe.h"
#include "base/cuda/runtime.h"

namespace vggflow::cuda {
namespace {

int attribute(cudaDeviceAttr which, int index) {
  int value = 0;
  check(cudaDeviceGetAttribute(&value, which, index), "cudaDeviceGetAttribute");
  return value;
}

}  // namespace

// Without making a context, which would take memory of a card that another process is to use.
bool holds_code_for(int index) {
  constexpr int kBuilt[] = {__CUDA_ARCH_LIST__};  // 800, 900 ... of 8.0, 9.0 ...
  const int card = 100 * attribute(cudaDevAttrComputeCapabilityMajor, index) +
                   10 * attribute(cudaDevAttrComputeCapabilityMinor, index);
  const auto runs = [&](int built) { return built / 100 == card / 100 && built <= card; };
  // PTX of the last architecture is compiled for what came after it.
  return std::any_of(std::begin(kBuilt), std::end(kBuilt), runs) ||
         card > *std::max_element(std::begin(kBuilt), std::end(kBuilt));
}

}  // namespace vggflow::cuda
