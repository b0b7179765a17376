#pragma once

#include <filesystem>
#include <string>

#include "base/export.h"
#include "experiments/run/experiment.h"

namespace vggflow {

/// training_part() as YAML: what weights.h5 says it was trained by.
[[nodiscard]] VGGFLOW_API std::string training_text(const Value& resolved);

/// True when `folder` holds the finished weights of this very spec; false when there are none, or
/// when there are but the spec only trains on from their last checkpoint. Error (spec) listing the
/// differences when they are of another spec, or when they start from weights that have changed
/// since.
[[nodiscard]] VGGFLOW_API bool is_trained(const Spec& spec, const RunOptions& options,
                                          const std::filesystem::path& folder);

/// Error (spec) when init.from has other weights now than those with this SHA-256, from which what
/// is in `folder` was trained. A source that is gone cannot have changed.
void check_start(const Spec& spec, const RunOptions& options, const std::filesystem::path& folder,
                 const std::string& init_sha256);

/// Error (spec): what is in `folder` was trained by another spec.
[[nodiscard]] Error other_spec(const std::filesystem::path& folder,
                               const std::vector<std::string>& changes);

}  // namespace vggflow
