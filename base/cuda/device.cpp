#include "base/cuda/device.h"

#include "base/cuda/probe.h"
#include "base/cuda/runtime.h"
#include "base/error.h"

namespace vggflow::cuda {
namespace {

// CUDA's 13000 is 13.0.
std::string version(int number) {
  return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

int driver_version() {
  int version = 0;
  check(cudaDriverGetVersion(&version), "cudaDriverGetVersion");
  return version;
}

std::string why_no_card(cudaError_t status) {
  const int driver = driver_version();
  if (driver == 0) return "no NVIDIA driver is installed";
  if (status == cudaErrorInsufficientDriver) {
    return "the NVIDIA driver supports CUDA " + version(driver) +
           "; needed: " + version(CUDART_VERSION) + " or newer";
  }
  if (status == cudaErrorNoDevice) return "there is no NVIDIA card";
  return std::string("CUDA does not start: ") + cudaGetErrorString(status);
}

}  // namespace

std::string DeviceInfo::text() const {
  return name + ", compute capability " + std::to_string(major) + "." + std::to_string(minor) +
         ", " + std::to_string(memory >> 20) + " MiB";
}

int device_count() {
  int count = 0;
  if (cudaGetDeviceCount(&count) == cudaSuccess) return count;
  static_cast<void>(cudaGetLastError());
  return 0;
}

std::string why_unusable(int index) {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status != cudaSuccess) {
    static_cast<void>(cudaGetLastError());
    return why_no_card(status);
  }
  if (index >= count) {
    return "there is no card " + std::to_string(index) + "; allowed: 0 to " +
           std::to_string(count - 1);
  }
  if (!holds_code_for(index)) {
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, index), "cudaGetDeviceProperties");
    return std::string("this build holds no code for ") + properties.name +
           ", compute capability " + std::to_string(properties.major) + "." +
           std::to_string(properties.minor) +
           "; configure with -DCMAKE_CUDA_ARCHITECTURES=" + std::to_string(properties.major) +
           std::to_string(properties.minor);
  }
  return {};
}

DeviceInfo device_info(int index) {
  if (const std::string why = why_unusable(index); !why.empty()) throw Error(Origin::engine, why);
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, index), "cudaGetDeviceProperties");
  return {.index = index,
          .name = properties.name,
          .major = properties.major,
          .minor = properties.minor,
          .multiprocessors = properties.multiProcessorCount,
          .memory = properties.totalGlobalMem,
          .l2_cache = static_cast<std::size_t>(properties.l2CacheSize)};
}

void use_device(int index) {
  if (const std::string why = why_unusable(index); !why.empty()) throw Error(Origin::engine, why);
  check(cudaSetDevice(index), "cudaSetDevice");
}

std::string versions() {
  return "CUDA " + version(CUDART_VERSION) + ", driver " + version(driver_version());
}

}  // namespace vggflow::cuda
