#pragma once

#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/run/experiment.h"
#include "experiments/tables/describe_table.h"
#include "experiments/tables/plan.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// What did not come about: "D-256" (its training), "D-256/multi", a fusion's name.
struct Failure {
  std::string what;
  std::string reason;
};

/// Runs what is missing of a plan of these tables, fuses what their rows fuse, fills the rows and
/// judges the findings. What is done is left alone, what was cut off goes on. A failure does not
/// stop what does not need it; rows get a note of it. Findings look at whatever scores are there.
/// Error (stopped) when told to stop.
[[nodiscard]] VGGFLOW_API std::vector<Failure> reproduce(std::vector<Table>& tables,
                                                         const std::vector<PlannedExperiment>& plan,
                                                         const ReadSpec& read,
                                                         const RunOptions& options);

}  // namespace vggflow
