#pragma once

#include <string>

#include "pipeline/dataset/index.h"

namespace vggflow {

/// Indexes an uncompressed tar in one pass over its headers (ustar, GNU, pax); ranges say where
/// each file's bytes lie. Which folders are the classes is told by TarTree. Hidden files are left
/// out. Error (data) naming `place` and the entry for: a compressed, truncated or damaged tar, a
/// path with '..', and all that TarTree refuses.
[[nodiscard]] Index index_tar(int fd, const std::string& place);

}  // namespace vggflow
