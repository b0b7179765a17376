#pragma once

#include <string>

namespace vggflow {

/// How many images each class gets when `images` are shared out evenly; `flag` is what the command
/// line calls them. Error (usage) unless every class gets one at least and none is left over.
[[nodiscard]] int images_per_class(const std::string& flag, int images, int classes);

}  // namespace vggflow
