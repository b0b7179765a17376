#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// Which images a cell gets wrong, and which images they are.
struct CellErrors {
  std::vector<std::uint8_t> wrong;  ///< (images) top-1: 1 where wrong
  std::string images_sha256;        ///< over names and labels, in their order
};

/// Of the file of an evaluation or a fusion. Error (data) when it cannot be read.
[[nodiscard]] VGGFLOW_API CellErrors cell_errors(const std::filesystem::path& file);

/// The errors of a cell; Error where there are none.
using CellErrorsOf = std::function<CellErrors(const TableCell&)>;
/// Finds out about each cell once; an Error is thrown again.
[[nodiscard]] VGGFLOW_API CellErrorsOf looking_once(CellErrorsOf errors_of);

/// Fills errors, p and verdicts. A pair is judged by McNemar's test of top-1 errors on the same
/// images: "holds" when the better one errs less with p < 0.05, "does not hold" when it errs more
/// with p < 0.05, else "not significant". Where the better one is claimed not to err more, "holds"
/// unless it does with p < 0.05. A pair without both cells, or of other images, is "not measured"
/// and its note says why.
///
/// A claim is as strong as its weakest pair: "does not hold" when one measured pair does not,
/// "holds" when every measured one does, else "not significant"; "not measured" when none is.
VGGFLOW_API void judge(std::vector<Finding>& findings, const CellErrorsOf& errors_of);

}  // namespace vggflow
