#pragma once

#include <string_view>

namespace vggflow {

/// The text of bench/peers/pipeline.py.
[[nodiscard]] std::string_view peers_script();

}  // namespace vggflow
