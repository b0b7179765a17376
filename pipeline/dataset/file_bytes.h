#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vggflow {

/// The size of an open file, bytes. Error (system) for what is not a regular file.
[[nodiscard]] std::uint64_t file_size(int fd, const std::string& place);

/// Fills `out` from `offset`. Error (data) if the file ends before, Error (system) if reading
/// fails; both name `place`.
void read_at(int fd, std::uint64_t offset, std::span<std::byte> out, const std::string& place);

/// Reads a whole file; `buffer` keeps its memory between calls.
void read_file(const std::string& path, std::vector<std::byte>& buffer);

/// Reads a whole text file.
[[nodiscard]] std::string read_text(const std::string& path);

}  // namespace vggflow
