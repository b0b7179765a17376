#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "experiments/evaluation/results_file.h"

namespace vggflow {

/// Errors by class, and the confusion matrix: as a table of up to 20 classes; of more as a drawing
/// of at most 100 by 100 blocks, which page.js makes of what is added to `drawings` under the id,
/// with the most confused pairs. Error (data) for labels that are no classes.
[[nodiscard]] std::string classes_section(const EvaluationResult& result, const std::string& id,
                                          nlohmann::json& drawings);

/// A class's name, cut where it is very long.
[[nodiscard]] std::string class_text(const EvaluationResult& result, std::int32_t label);

}  // namespace vggflow
