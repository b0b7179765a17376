#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/dataset/index.h"

namespace vggflow {

/// The folders in a folder, hidden ones left out, in byte order. Error (system) if one cannot be
/// looked at: a class may be missing, which no reading would ever tell.
[[nodiscard]] std::vector<std::string> class_folders(const std::filesystem::path& root);

/// The files in a folder, hidden ones left out, in no order. Links to nowhere count: an image that
/// is missing should be reported when it is read.
[[nodiscard]] std::vector<std::string> files_in(const std::filesystem::path& folder);

/// Indexes a folder of class folders; names are "class/file". `classes`: all there are, in byte
/// order, of which some may have no folder; empty: the folders' names. Error (data) for no class
/// folders, one outside `classes` and an empty one.
[[nodiscard]] Index index_folder(const std::filesystem::path& root,
                                 std::vector<std::string> classes = {});

}  // namespace vggflow
