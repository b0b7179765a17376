#include "base/cuda/runtime.h"

#include "base/error.h"

namespace vggflow::cuda {
namespace {

const char* hint(cudaError_t status) {
  switch (status) {
    case cudaErrorNoKernelImageForDevice:
      return "; this build holds no code for the card: configure with -DCMAKE_CUDA_ARCHITECTURES";
    case cudaErrorInsufficientDriver:
      return "; a newer NVIDIA driver is needed";
    case cudaErrorIllegalAddress:
    case cudaErrorMisalignedAddress:
      return "; compute-sanitizer names the kernel";
    case cudaErrorECCUncorrectable:
      return "; the card's memory is faulty";
    default:
      return "";
  }
}

}  // namespace

void check(cudaError_t status, const char* call, const std::string& context) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());
  std::string text =
      std::string(call) + ": " + cudaGetErrorString(status) + " (" + cudaGetErrorName(status) + ")";
  if (!context.empty()) text += ", " + context;
  throw Error(Origin::engine, text + hint(status));
}

}  // namespace vggflow::cuda
