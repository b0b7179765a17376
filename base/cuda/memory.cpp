#include "base/cuda/memory.h"

#include "base/error.h"

namespace vggflow::cuda {
namespace {

std::string mib(std::size_t bytes) { return std::to_string((bytes + 1048575) >> 20) + " MiB"; }

struct MemoryInfo {
  std::size_t free = 0;
  std::size_t total = 0;
};

MemoryInfo memory_info() {
  MemoryInfo info;
  check(cudaMemGetInfo(&info.free, &info.total), "cudaMemGetInfo");
  return info;
}

[[noreturn]] void fail_for_memory(std::size_t bytes, const std::string& what) {
  static_cast<void>(cudaGetLastError());
  const auto [free, total] = memory_info();
  throw Error(Origin::engine, "the card has no room for " + what + ": " + mib(bytes) +
                                  " were asked for, " + mib(free) + " of " + mib(total) +
                                  " are free");
}

}  // namespace

DeviceMemory::DeviceMemory(std::size_t bytes, const std::string& what) : bytes_(bytes) {
  if (bytes == 0) return;
  void* memory = nullptr;
  const cudaError_t status = cudaMalloc(&memory, bytes);
  if (status == cudaErrorMemoryAllocation) fail_for_memory(bytes, what);
  check(status, "cudaMalloc", what);
  handle_.reset(memory);
}

PinnedMemory::PinnedMemory(std::size_t bytes, const std::string& what) : bytes_(bytes) {
  if (bytes == 0) return;
  void* memory = nullptr;
  check(cudaMallocHost(&memory, bytes), "cudaMallocHost", mib(bytes) + " of " + what);
  handle_.reset(memory);
}

std::size_t free_memory() { return memory_info().free; }

void copy(void* to, const void* from, std::size_t bytes, const Stream& stream) {
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, stream.get()), "cudaMemcpyAsync");
}

void fill_zero(void* memory, std::size_t bytes, const Stream& stream) {
  check(cudaMemsetAsync(memory, 0, bytes, stream.get()), "cudaMemsetAsync");
}

}  // namespace vggflow::cuda
