#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "experiments/report/collect.h"
#include "experiments/report/thumbnails.h"

namespace vggflow {

/// Where the pictures of mistakes come from, or why there are none.
using MistakePictures = Readable<Thumbnails>;

/// A part of the page that can be opened, `id` its anchor: errors, provenance, errors by class, the
/// confusion matrix, the most confident mistakes. What page.js shall draw is added to `drawings`
/// under the id. `folder`: where the page is kept.
[[nodiscard]] std::string evaluation_section(const FoundEvaluation& evaluation,
                                             const std::string& id, const MistakePictures& pictures,
                                             const std::filesystem::path& folder,
                                             nlohmann::json& drawings);

}  // namespace vggflow
