#pragma once

#include <functional>
#include <optional>

#include "experiments/training/checkpoint_folder.h"
#include "nets/comm/communicator.h"

namespace vggflow {

/// The checkpoint that the first process finds, for all processes: the others load what it names
/// from the same folder. Error (data) of all where it cannot be found, of one where it cannot be
/// loaded.
[[nodiscard]] std::optional<Checkpoint> found_by_first(
    Communicator& all, const CheckpointFolder& folder,
    const std::function<std::optional<Checkpoint>()>& find);

}  // namespace vggflow
