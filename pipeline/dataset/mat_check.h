#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// Of a MAT file of version 5 the variable `name`, a struct array of numbers and texts, as a file
/// of that variable alone and not compressed. It is for libmatio, which allocates what a file
/// claims: here every claim fits the bytes there are, at most 16 MB inflated, and rows times fields
/// is at most 2^20. Error (data) naming `path` for all other files. Format: MathWorks, "MAT-File
/// Format", chapter 1; little endian only.
[[nodiscard]] VGGFLOW_API std::vector<std::byte> checked_mat(std::span<const std::byte> file,
                                                             std::string_view name,
                                                             const std::string& path);

}  // namespace vggflow
