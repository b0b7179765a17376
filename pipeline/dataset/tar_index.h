#pragma once

#include <string>

#include "pipeline/dataset/index.h"

namespace vggflow {

/// Indexes an uncompressed tar in one pass over its headers (ustar, GNU, pax); extents say where
/// each file's bytes lie. Of a path, the last two components are class and file. Hidden files are
/// left out. Error (data) naming `place` and the entry for: a compressed, truncated or damaged tar,
/// a file outside class folders, a link, a file met twice, an empty class, no image at all.
[[nodiscard]] Index index_tar(int fd, const std::string& place);

}  // namespace vggflow
