#pragma once

#include <vector>

#include "base/export.h"
#include "nets/comm/communicator.h"
#include "pipeline/planner.h"

namespace vggflow {

/// Those of all processes, by rank: in the order of a global batch, of which each process has a
/// part.
[[nodiscard]] VGGFLOW_API std::vector<FailedSample> failures_of_all(
    Communicator& all, const std::vector<FailedSample>& mine);

}  // namespace vggflow
