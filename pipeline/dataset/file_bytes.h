#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vggflow {

/// The size of an open file, bytes. Error (system) for what is not a regular file.
[[nodiscard]] std::uint64_t file_size(int fd, const std::string& place);

/// Fills `out` from `offset`. Error (data) if the file ends before, Error (system) if reading
/// fails; both name `place`.
void read_at(int fd, std::uint64_t offset, std::span<std::byte> out, const std::string& place);

/// Reads the whole file `name` of a folder, or of none if it is absolute; `buffer` keeps its memory
/// between calls, and the path takes none once the thread is warm.
void read_file(const std::filesystem::path& folder, std::string_view name,
               std::vector<std::byte>& buffer);

/// Reads a whole text file.
[[nodiscard]] std::string read_text(const std::string& path);

}  // namespace vggflow
