#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/export.h"
#include "pipeline/dataset/index.h"

namespace vggflow {

/// An index as a file of this machine's byte order: the key, the classes, the names, 32 bytes an
/// image, and the SHA-256 of all that.
class VGGFLOW_API IndexFile {
 public:
  /// Whole or not at all. Error (system) if it cannot be written.
  static void save(const std::filesystem::path& path, std::string_view key, const Index& index);
  /// Nothing if there is no such file, its key is another one or it is damaged in any way.
  [[nodiscard]] static std::optional<Index> load(const std::filesystem::path& path,
                                                 std::string_view key);

 private:
  class Reader;
};

}  // namespace vggflow
