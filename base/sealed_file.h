#pragma once

#include <filesystem>
#include <string>

#include "base/export.h"

namespace vggflow {

/// Appends a line with the SHA-256 of all that is in the file. Readers that know where their data
/// ends, as HDF5's do, never see it. Error (system) naming the path.
VGGFLOW_API void seal(const std::filesystem::path& path);

/// Error (data) unless the file is, byte by byte, what was sealed. To be asked before anything else
/// looks at a file that may be damaged: HDF5 1.10 crashes on some.
VGGFLOW_API void check_seal(const std::filesystem::path& path);

/// The SHA-256 that the file's last line gives, in hexadecimal; the file itself is not looked at.
/// Empty where there is no such line.
[[nodiscard]] VGGFLOW_API std::string seal_of(const std::filesystem::path& path);

}  // namespace vggflow
