#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "experiments/bench/spread.h"

namespace vggflow {

/// As printf, one line at most.
[[nodiscard]] [[gnu::format(printf, 1, 2)]] std::string formatted(const char* format, ...);

/// Keys median, least, most.
[[nodiscard]] nlohmann::ordered_json to_json(const Spread& spread);

}  // namespace vggflow
