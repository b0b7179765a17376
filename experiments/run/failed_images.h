#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/export.h"
#include "pipeline/planner.h"

namespace vggflow {

/// One warning for each of the first ten images ("left out: NAME: REASON"), then how many more
/// there are and which file lists them all.
VGGFLOW_API void warn_of_failed(const std::string& what_became_of_them,
                                const std::vector<FailedSample>& failed,
                                const std::filesystem::path& list);

}  // namespace vggflow
