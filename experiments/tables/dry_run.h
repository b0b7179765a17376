#pragma once

#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/run/experiment.h"
#include "experiments/tables/plan.h"

namespace vggflow {

/// What `reproduce --dry-run` prints: of every experiment of a plan what is there and what is to be
/// trained and scored, of every fusion whether it is to be made, with estimated time and disk, and
/// their sums. Trains and scores on noise for a few seconds a net; writes nothing.
[[nodiscard]] VGGFLOW_API std::string dry_run(const std::vector<Table>& tables,
                                              const std::vector<PlannedExperiment>& plan,
                                              const ReadSpec& read, const RunOptions& options);

}  // namespace vggflow
