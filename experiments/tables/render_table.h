#pragma once

#include <string>

#include "base/export.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// Columns: net, S, Q, the paper's top-1 and top-5 error, the measured ones, measured minus paper,
/// images, results file; below, the notes and why a row has nothing measured. "-" for what is not
/// known. Errors and differences are in percent and percentage points.

/// For a terminal, columns aligned.
[[nodiscard]] VGGFLOW_API std::string to_text(const Table& table);
[[nodiscard]] VGGFLOW_API std::string to_markdown(const Table& table);

}  // namespace vggflow
