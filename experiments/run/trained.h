#pragma once

#include <filesystem>
#include <string>

#include "base/export.h"
#include "experiments/run/experiment.h"

namespace vggflow {

/// The part of a spec that decides the weights, as YAML: all but evaluations, data.val, and how
/// many threads and batches are in flight.
[[nodiscard]] VGGFLOW_API std::string training_text(Value resolved);

/// True when `folder` holds the weights of this very spec. Error (spec) when they are of another
/// one, or start from weights that have changed since.
[[nodiscard]] VGGFLOW_API bool is_trained(const Spec& spec, const RunOptions& options,
                                          const std::filesystem::path& folder);

}  // namespace vggflow
