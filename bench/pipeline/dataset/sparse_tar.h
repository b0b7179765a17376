#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace vggflow::bench {

/// A tar like ILSVRC-2012's training set once its class folders are in one tar: files of 110 KB in
/// classes of 1,281. All but the first block of each file is a hole, so a file takes 4 KiB of disk.
struct SparseTar {
  static constexpr std::uint64_t kFileBytes = 110 * 1024;
  static constexpr std::size_t kFilesPerClass = 1281;

  std::filesystem::path path;
  std::size_t files = 0;
};

/// Writes the tar, unless a whole one of that size is there. Error (system).
void make(const SparseTar& tar);

/// Whether these are the bytes of the file with that id.
[[nodiscard]] bool is_file(std::span<const std::byte> bytes, std::uint64_t id);

}  // namespace vggflow::bench
