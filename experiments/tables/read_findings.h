#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/params.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// `experiment` and `evaluation` (that one if it is left out) of a map that may hold more.
[[nodiscard]] CellMember read_member(Params& params, const std::filesystem::path& folder,
                                     const std::string& evaluation);
/// The same of a map that holds nothing else.
[[nodiscard]] CellMember read_member(Params&& params, const std::filesystem::path& folder,
                                     const std::string& evaluation);

/// `findings:` of a table's spec, where the cells of pairs are `NAME` or `NAME/EVALUATION` of a row
/// or a fusion's member, a fusion's name, or `{experiment, evaluation}`. Error (spec) for a name
/// that no row has.
[[nodiscard]] std::vector<Finding> read_findings(Params& table, const std::vector<TableRow>& rows,
                                                 const std::filesystem::path& folder,
                                                 const std::string& evaluation);

}  // namespace vggflow
