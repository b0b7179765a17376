#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/export.h"
#include "pipeline/dataset/index.h"

namespace vggflow {

/// What an index was made from.
struct IndexOrigin {
  std::string source;                             ///< its kind, paths and whatever else decides
  std::vector<std::filesystem::path> containers;  ///< every file and folder that was read
};

/// The index that `make` gives, from the cache in `folder` (none: no cache) if it was made there
/// from the same source while all containers had the sizes and times (of modification, ns) that
/// they have now. Else it is made and cached; a cache that cannot be written is a warning.
[[nodiscard]] VGGFLOW_API Index cached_index(const std::filesystem::path& folder,
                                             const IndexOrigin& origin,
                                             const std::function<Index()>& make);

}  // namespace vggflow
