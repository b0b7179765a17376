#pragma once

#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/spec/spec.h"
#include "experiments/tables/describe_table.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// An experiment of some tables, and what of it they need.
struct PlannedExperiment {
  Spec spec;
  std::vector<std::string> evaluations = {};  ///< each once, in the order of the rows; none of one
                                              ///< whose weights alone are needed
};

/// The experiments of the tables' rows and those they start from (`init.from: NAME` is NAME.yaml
/// beside the spec that says so), each once, in an order in which every one comes after those it
/// starts from. Error (spec) for a circle, a missing spec, two specs of one name, or a NAME.yaml
/// whose name is another.
[[nodiscard]] VGGFLOW_API std::vector<PlannedExperiment> plan_experiments(
    const std::vector<Table>& tables, const ReadSpec& read);

/// Reads each path once.
[[nodiscard]] VGGFLOW_API ReadSpec reading_once(ReadSpec read);

/// True where `init.from` names another experiment, not a file.
[[nodiscard]] VGGFLOW_API bool starts_from_an_experiment(const Spec& spec);

}  // namespace vggflow
