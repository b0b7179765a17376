#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// A library of stages from outside the tree, in this process for good.
struct Plugin {
  std::filesystem::path path;  ///< as the file system calls it, without links
  std::string sha256;          ///< of the file, in hexadecimal
};

/// Loads a shared library whose stages register themselves; one that is loaded already stays as it
/// is. To be called before specs are read, by one thread. Error (usage) naming the file when it is
/// not there, is built for another version of vggflow (none of its code runs then), cannot be
/// linked, registers no stage, or registers one whose name is taken.
VGGFLOW_API void load_plugin(const std::filesystem::path& path);

/// In the order of loading.
[[nodiscard]] VGGFLOW_API const std::vector<Plugin>& loaded_plugins();

}  // namespace vggflow
