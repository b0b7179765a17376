#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/tables/stored_scores.h"

namespace vggflow {

/// OUT/fusions/<name>.h5.
[[nodiscard]] VGGFLOW_API std::filesystem::path fusion_path(const std::filesystem::path& out,
                                                            const std::string& name);

/// What a mean of these scores is made of: as YAML, each member's name with its own identity and
/// the SHA-256 of its weights. Error (data) for a member whose file cannot be read.
[[nodiscard]] VGGFLOW_API EvaluationOrigin fusion_origin(const std::vector<StoredScores>& members);

/// Why `file` is not the mean that this origin describes: "is missing", "a member has changed";
/// empty when it is.
[[nodiscard]] VGGFLOW_API std::string why_fusion_stale(const std::filesystem::path& file,
                                                       const EvaluationOrigin& wanted);

/// Makes `file`, which has the layout of an evaluation, the mean of the members' posteriors, each
/// member weighing the same; leaves it alone if it is that already. Error (data) naming both
/// members when they are of other images or classes, or where the file is of other members: nothing
/// is overwritten then.
VGGFLOW_API void fuse(const std::filesystem::path& file, const std::vector<StoredScores>& members);

}  // namespace vggflow
