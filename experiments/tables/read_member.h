#pragma once

#include <filesystem>
#include <string>

#include "base/params.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// `experiment` and `evaluation` (that one if it is left out) of a map that may hold more.
[[nodiscard]] CellMember read_member(Params& params, const std::filesystem::path& folder,
                                     const std::string& evaluation);
/// The same of a map that holds nothing else.
[[nodiscard]] CellMember read_member(Params&& params, const std::filesystem::path& folder,
                                     const std::string& evaluation);

}  // namespace vggflow
