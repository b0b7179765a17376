#pragma once

#include <cstdint>
#include <vector>

#include "base/export.h"
#include "pipeline/dataset_pass.h"

namespace vggflow {

struct VerifiedDataset {
  std::uint64_t images = 0;  ///< looked at: all, unless stopped
  std::vector<FailedSample> failed;
};

/// Decodes every image whole, down to its last row: what lies below any window counts too. The
/// failures are in the order of ids, the same for any number of workers.
[[nodiscard]] VGGFLOW_API VerifiedDataset verify_dataset(const Dataset& dataset,
                                                         const PassOptions& options);

}  // namespace vggflow
