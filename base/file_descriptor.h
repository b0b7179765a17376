#pragma once

#include <string>
#include <string_view>

#include "base/export.h"
#include "base/unique_handle.h"

namespace vggflow {

struct VGGFLOW_API FileDescriptorTraits {
  using Handle = int;
  static Handle none() noexcept { return -1; }
  static void close(Handle fd) noexcept;
};
using FileDescriptor = UniqueHandle<FileDescriptorTraits>;

/// Opens a file for reading, without waiting for what it may be (a FIFO's writer). Throws Error
/// (system) naming the path.
[[nodiscard]] VGGFLOW_API FileDescriptor open_for_reading(const std::string& path);

/// Writes every byte, however many calls that takes. Throws Error (system) naming `place`.
VGGFLOW_API void write_all(int fd, std::string_view bytes, const std::string& place);

}  // namespace vggflow
