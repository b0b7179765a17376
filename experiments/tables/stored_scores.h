#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/run/experiment.h"
#include "experiments/tables/describe_table.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// "D-jitter/multi", by the spec's own name, and OUT/D-jitter/evaluations/multi.h5.
struct StoredScores {
  std::string name;
  std::filesystem::path file;
};

/// Where the scores of one evaluation stand, as the spec says now. Error, saying why, where it has
/// not been trained or scored, or was so by another spec, other weights or on other images.
[[nodiscard]] VGGFLOW_API StoredScores stored_scores(const CellMember& member, const ReadSpec& read,
                                                     const RunOptions& options);

/// The same of every member of a cell, in their order.
[[nodiscard]] VGGFLOW_API std::vector<StoredScores> stored_members(const TableCell& cell,
                                                                   const ReadSpec& read,
                                                                   const RunOptions& options);

/// The file that holds the cell's scores: of its one evaluation, or of its fusion, if that is the
/// mean of what its members hold now. Error as above.
[[nodiscard]] VGGFLOW_API std::filesystem::path stored_file(const TableCell& cell,
                                                            const ReadSpec& read,
                                                            const RunOptions& options);

}  // namespace vggflow
