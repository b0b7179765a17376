#pragma once

#include <filesystem>

namespace vggflow {

/// Whether the file is there and is whole as far as its size and end tell: blocks of 512 bytes, the
/// last two of zeros (POSIX.1-1988 ustar, "end-of-archive"). Error (usage) for anything but a file,
/// (system) if it cannot be read.
[[nodiscard]] bool is_whole_shard(const std::filesystem::path& path);

}  // namespace vggflow
