#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.h"
#include "pipeline/dataset/index.h"

namespace vggflow {

/// The images of a flat tar, of which every file is one: calls `image(name, range)` for each. Error
/// (data) naming `place` and the entry for a file in a folder, a link, and all that TarReader
/// refuses.
void read_flat_tar(int fd, ByteRange window, const std::string& place,
                   const std::function<void(std::string_view, ByteRange)>& image);

/// Indexes a tar of tars: each `CLASS.tar` in it is a flat tar of that class's images, read in
/// place, several at once. Other entries are left out. `classes`: all there are, in byte order, of
/// which some may have no tar; empty: those of the tars. Error (data) naming `place`, the inner tar
/// and the entry for: no inner tar, a class outside `classes`, an inner tar that is empty or no
/// tar, what is met twice, and all that read_flat_tar refuses.
[[nodiscard]] VGGFLOW_API Index index_tar_of_tars(int fd, const std::string& place,
                                                  std::vector<std::string> classes);

}  // namespace vggflow
