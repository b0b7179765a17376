#include "base/cuda/probe.h"
#include "base/cuda/runtime.h"

namespace vggflow::cuda {
namespace {

__global__ void probe() {}

}  // namespace

bool holds_code_for(int index) {
  int before = 0;
  check(cudaGetDevice(&before), "cudaGetDevice");
  check(cudaSetDevice(index), "cudaSetDevice");
  cudaFuncAttributes attributes{};
  const cudaError_t status = cudaFuncGetAttributes(&attributes, probe);
  static_cast<void>(cudaGetLastError());
  check(cudaSetDevice(before), "cudaSetDevice");
  if (status == cudaErrorNoKernelImageForDevice || status == cudaErrorInvalidDeviceFunction) {
    return false;
  }
  check(status, "cudaFuncGetAttributes");
  return true;
}

}  // namespace vggflow::cuda
