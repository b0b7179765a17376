#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/export.h"
#include "pipeline/statistics.h"

namespace vggflow {

/// What was measured of a flow: a run leaves it in OUT/<name>/flow.json, `bench pipeline --json`
/// writes it among other figures.
struct FlowFigures {
  double images_per_s = 0;
  FlowStatistics flow;
};

/// Keys images_per_s, workers, batches, elapsed_s, starved_s, no_free_slot_s, nodes: [{name,
/// samples, busy_s}].
[[nodiscard]] VGGFLOW_API nlohmann::ordered_json to_json(const FlowFigures& figures);

/// A file with these keys, whatever else is in it. Error (data) naming the key that is missing or
/// of another type; Error (system) when it cannot be read.
[[nodiscard]] VGGFLOW_API FlowFigures read_flow_figures(const std::filesystem::path& path);

/// Writes the file, whole or not at all.
VGGFLOW_API void save_flow_figures(const std::filesystem::path& path, const FlowFigures& figures);

}  // namespace vggflow
