#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "base/export.h"

namespace vggflow {

/// Makes `path` whole or not at all: `write` gets a temporary name in the same folder and leaves a
/// closed file there, which is flushed to the disk and renamed. On any exception the temporary file
/// is removed and what stood at `path` stays. Missing parent folders are made.
VGGFLOW_API void write_atomically(const std::filesystem::path& path,
                                  const std::function<void(const std::filesystem::path&)>& write);

/// The same for a text.
VGGFLOW_API void write_text_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace vggflow
