#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "experiments/bench/spread.h"
#include "pipeline/planner.h"

namespace vggflow {

/// As printf, one line at most.
[[nodiscard]] [[gnu::format(printf, 1, 2)]] std::string formatted(const char* format, ...);

/// A line: "dense   1.83 images/s (1.80 to 1.85)", and `more`.
[[nodiscard]] std::string text_of_rate(const char* name, const Spread& rate, const char* unit,
                                       const std::string& more = {});
/// A line: "share of the bare speed   0.953 (0.950 to 0.961)".
[[nodiscard]] std::string text_of_ratio(const char* name, const Spread& ratio);
/// A line of how many there were, and of the first; empty if there were none.
[[nodiscard]] std::string text_of_failed(const std::vector<FailedSample>& failed);

/// Keys median, least, most.
[[nodiscard]] nlohmann::ordered_json to_json(const Spread& spread);
/// Null for none.
[[nodiscard]] nlohmann::ordered_json to_json(const std::optional<Spread>& spread);
[[nodiscard]] nlohmann::ordered_json to_json(const std::optional<double>& figure);
[[nodiscard]] nlohmann::ordered_json median_of(const std::optional<Spread>& spread);

}  // namespace vggflow
