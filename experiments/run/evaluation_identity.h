#pragma once

#include <filesystem>
#include <string>

#include "base/export.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// All that decides an evaluation's scores besides the values of the weights, as YAML: the
/// evaluation with its defaults, data.val, the stages that scoring keeps, the net and the engine.
[[nodiscard]] VGGFLOW_API std::string evaluation_identity(const Spec& spec,
                                                          const EvaluationSpec& evaluation);

/// The files that a combination averages.
[[nodiscard]] VGGFLOW_API std::vector<std::filesystem::path> member_files(
    const std::filesystem::path& folder, const EvaluationSpec& evaluation);

/// Why OUT/<name>/evaluations/<evaluation>.h5 in `folder` does not hold the scores of these weights
/// and images (data_sha256(); empty: not compared) under this spec: "was made with another
/// data.val", "is damaged"; empty when it does.
[[nodiscard]] VGGFLOW_API std::string why_stale(const std::filesystem::path& folder,
                                                const Spec& spec, const EvaluationSpec& evaluation,
                                                const std::string& weights_sha256,
                                                const std::string& images_sha256 = "");

}  // namespace vggflow
