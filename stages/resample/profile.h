#pragma once

#include <string_view>
#include <vector>

#include "base/export.h"
#include "pipeline/image_source.h"

namespace vggflow {

/// The resampling profile of that name; lives for ever. Error (spec) listing the known ones.
[[nodiscard]] VGGFLOW_API const Resampler& resampling_profile(std::string_view name);
[[nodiscard]] VGGFLOW_API std::vector<std::string_view> resampling_profile_names();

}  // namespace vggflow
