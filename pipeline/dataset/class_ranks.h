#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vggflow {

/// The label of a class: its rank. `classes` are in byte order. Error (data) at `place` for a class
/// that is not among them.
[[nodiscard]] std::int32_t rank_of_class(const std::vector<std::string>& classes,
                                         const std::string& name, const std::string& place);

}  // namespace vggflow
