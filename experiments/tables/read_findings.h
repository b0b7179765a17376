#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/params.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// `findings:` of a table's spec, where the cells of pairs are `NAME` or `NAME/EVALUATION` of a row
/// or a fusion's member, a fusion's name, or `{experiment, evaluation}`. Error (spec) for a name
/// that no row has.
[[nodiscard]] std::vector<Finding> read_findings(Params& table, const std::vector<TableRow>& rows,
                                                 const std::filesystem::path& folder,
                                                 const std::string& evaluation);

}  // namespace vggflow
