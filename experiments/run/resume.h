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
/// so; none when nothing is there. Error (spec) when it is of another training than the one that
/// `now` tells of, listing the differences: only length, rate, schedule, validation and evaluations
/// may change on the way. Error (data) when what is there cannot be gone on from: --fresh says that
/// it may go.
[[nodiscard]] std::optional<Checkpoint> resumable(const Spec& spec, const RunOptions& options,
                                                  const std::filesystem::path& folder,
                                                  const TrainingOrigin& now,
                                                  std::uint64_t per_epoch);

}  // namespace vggflow
