#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "experiments/report/collect.h"

namespace vggflow {

/// An experiment but for its evaluations: files, provenance, learning curves, the filters of the
/// first layer, where the time of the training flow went. What page.js shall draw is added to
/// `drawings` under the id. `folder`: where the page is kept.
[[nodiscard]] std::string experiment_section(const FoundExperiment& experiment,
                                             const std::string& id,
                                             const std::filesystem::path& folder,
                                             nlohmann::json& drawings);

}  // namespace vggflow
