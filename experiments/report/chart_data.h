#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/report/mistakes.h"
#include "experiments/training/history.h"

namespace vggflow {

/// What page.js draws of a training: {loss, training, validation: [[epoch, value], ...], drops:
/// [{epoch, rate}, ...]}. Errors are top-1, percent. At most 400 points a curve (means of
/// neighbours); what is not finite is left out. Null when there is nothing to draw.
[[nodiscard]] VGGFLOW_API nlohmann::json curves_data(const TrainingHistory& history);

/// What page.js draws of a confusion matrix: {side, counts: [side * side], names: [side]}; a block
/// of several classes is named by its first and its last.
[[nodiscard]] VGGFLOW_API nlohmann::json confusion_data(
    const ConfusionBlocks& blocks, const std::vector<std::string>& class_names);

/// As it may stand in a <script>: no "<" in it, and what is no UTF-8 replaced.
[[nodiscard]] VGGFLOW_API std::string script_json(const nlohmann::json& data);

}  // namespace vggflow
