#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vggflow {

/// The shards in a folder, `*.tar` in byte order, hidden ones left out. Error (data) if there is
/// none.
[[nodiscard]] std::vector<std::filesystem::path> shards_in(const std::filesystem::path& folder);

/// The path of the folder's classes.txt, which `vggflow dataset pack` writes; empty if there is
/// none.
[[nodiscard]] std::filesystem::path class_names_in(const std::filesystem::path& folder);

/// Class names by label, one a line. Error (data) at "PATH:LINE" for what comes after a blank line,
/// naming the path for a name that occurs twice, or none at all.
[[nodiscard]] std::vector<std::string> read_class_names(const std::filesystem::path& path);

}  // namespace vggflow
