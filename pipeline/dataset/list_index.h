#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

#include "base/export.h"
#include "pipeline/dataset/index.h"

namespace vggflow {

/// Reads lines "PATH LABEL" (the path may hold spaces; empty lines are passed over); names are the
/// paths, classes the labels in decimal. `classes`: how many there are; none: labels must be
/// 0 ... n-1, each with an image. Error (data) at "PLACE:LINE".
[[nodiscard]] VGGFLOW_API Index index_list(std::istream& in, const std::string& place,
                                           std::optional<std::int32_t> classes);

}  // namespace vggflow
