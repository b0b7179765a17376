#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "experiments/run/experiment.h"
#include "experiments/training/checkpoint.h"
#include "pipeline/dataset.h"

namespace vggflow {

/// SHA-256 over the names and labels of all images, in their order, in hexadecimal.
[[nodiscard]] VGGFLOW_API std::string data_sha256(const Dataset& dataset);

/// The checkpoint in `folder` that the training of this spec goes on from, its `resumed` telling
/// so; none when there is none. Error (spec) when it is of a spec, images or start that this
/// training is not of, listing the differences: only length, schedule, validation and evaluations
/// may change on the way.
[[nodiscard]] std::optional<Checkpoint> resumable(const Spec& spec, const RunOptions& options,
                                                  const std::filesystem::path& folder,
                                                  const Dataset& dataset);

}  // namespace vggflow
