#pragma once

#include <cstddef>
#include <string>

#include "base/cuda/stream.h"
#include "base/export.h"
#include "base/unique_handle.h"

namespace vggflow::cuda {

struct DeviceMemoryTraits {
  using Handle = void*;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept { static_cast<void>(cudaFree(handle)); }
};

struct PinnedMemoryTraits {
  using Handle = void*;
  static Handle none() { return nullptr; }
  static void close(Handle handle) noexcept { static_cast<void>(cudaFreeHost(handle)); }
};

/// A block of the card's memory, aligned to 256 bytes, its contents undefined.
class VGGFLOW_API DeviceMemory {
 public:
  DeviceMemory() = default;
  /// Error (engine) that says what was asked for, for `what`, and what is free.
  DeviceMemory(std::size_t bytes, const std::string& what);

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] void* data() const { return handle_.get(); }
  template <class T>
  [[nodiscard]] T* as() const {
    return static_cast<T*>(handle_.get());
  }

 private:
  UniqueHandle<DeviceMemoryTraits> handle_;
  std::size_t bytes_ = 0;
};

/// A block of the host's memory that the card copies from and to by itself.
class VGGFLOW_API PinnedMemory {
 public:
  PinnedMemory() = default;
  PinnedMemory(std::size_t bytes, const std::string& what);

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  template <class T>
  [[nodiscard]] T* as() const {
    return static_cast<T*>(handle_.get());
  }

 private:
  UniqueHandle<PinnedMemoryTraits> handle_;
  std::size_t bytes_ = 0;
};

/// Of the card that the calling thread uses, bytes.
[[nodiscard]] VGGFLOW_API std::size_t free_memory();

/// In the stream's order, between host and card either way. From or to memory that is not pinned
/// the call may wait for the copy.
VGGFLOW_API void copy(void* to, const void* from, std::size_t bytes, const Stream& stream);
VGGFLOW_API void fill_zero(void* memory, std::size_t bytes, const Stream& stream);

}  // namespace vggflow::cuda
