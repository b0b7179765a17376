#pragma once

#include <functional>
#include <string>

#include "base/export.h"
#include "experiments/spec/spec.h"
#include "experiments/tables/table.h"

namespace vggflow {

/// Reads the spec at this path with the command's overlays and settings on it.
using ReadSpec = std::function<Spec(const std::filesystem::path&)>;

/// S of a resolved `pipeline:` list: what its rescale or random_rescale stage says.
[[nodiscard]] VGGFLOW_API std::string train_scale(const Value& pipeline);

/// Fills net, S, Q and views of a row from its members' specs; "several" where members differ in S
/// or Q. Error (usage) when a spec has no such evaluation.
VGGFLOW_API void describe(TableRow& row, const ReadSpec& read);

/// Describes all rows, and adds notes: of nets that are not the paper's, of what is averaged, of
/// published errors on the test set. Checks the cells of the findings, too.
VGGFLOW_API void describe(Table& table, const ReadSpec& read);

/// "The paper's errors are of ...": for a table where the nets are not the paper's (another crop or
/// number of classes: a miniature, an overlay); empty where they are.
[[nodiscard]] VGGFLOW_API std::string comparison_note(const Net& net);

}  // namespace vggflow
