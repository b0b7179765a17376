#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/run/experiment.h"
#include "experiments/spec/spec.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// Reads the spec at this path with the command's overlays and settings on it.
using ReadSpec = std::function<Spec(const std::filesystem::path&)>;

/// The experiments of a table and those they start from (`init.from: NAME` is NAME.yaml beside the
/// spec that says so), each once, in an order in which every one comes after those it starts from.
/// Error (spec) for a circle, a missing spec, two specs of one name, or a NAME.yaml whose name is
/// another.
[[nodiscard]] VGGFLOW_API std::vector<Spec> experiments_in_order(const Table& table,
                                                                 const ReadSpec& read);

/// Runs what is missing and fills the rows. A failed experiment does not stop those that do not
/// need it: its rows get a note. True when every row was measured. Error (usage), before anything
/// runs, for a row whose experiment has no such evaluation.
VGGFLOW_API bool reproduce(Table& table, const ReadSpec& read, const RunOptions& options);

}  // namespace vggflow
