#pragma once

#include <filesystem>
#include <string>

#include "pipeline/dataset.h"
#include "stages/dataset/pack.h"

namespace vggflow {

/// The text of pack.yaml: the source, by its description, its names and what some of its images
/// hold, and the options. Another source or other options, another text.
[[nodiscard]] std::string pack_manifest(const Dataset& dataset, const PackOptions& options);

/// Writes it where it is missing. Error (usage) if `dir` has another, or none and anything else.
void write_manifest(const std::filesystem::path& dir, const std::string& manifest);

}  // namespace vggflow
