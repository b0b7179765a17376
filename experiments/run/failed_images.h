#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/export.h"
#include "pipeline/flow.h"

namespace vggflow {

/// Makes a flow of these options log each image that fails, once, as it happens: "left out: NAME:
/// REASON". Not under `fail`: there the error says it.
VGGFLOW_API void warn_as_they_fail(FlowOptions& options, const std::string& what_became_of_them);

/// The warning of one of them.
VGGFLOW_API void warn_of_failed(const std::string& what_became_of_it, const FailedSample& image);

/// One warning of how many there were and which file lists them; none if there were none.
VGGFLOW_API void warn_of_failed(const std::string& what_became_of_them, std::size_t count,
                                const std::filesystem::path& list);

}  // namespace vggflow
