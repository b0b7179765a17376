#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/export.h"

namespace vggflow {

/// Writes an uncompressed GNU tar of files. Its bytes are a function of the names and contents:
/// owner 0, mode 0644, time 0.
class VGGFLOW_API TarWriter {
 public:
  /// `place` is how errors call the tar. Error (system) if the file cannot be made.
  TarWriter(const std::filesystem::path& path, std::string place);
  ~TarWriter();
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;

  /// Names are bytes, of any length. Error (system), as when the disk is full.
  void add(const std::string& name, std::span<const std::byte> content);
  /// Writes the end of the archive. Without it the tar is not whole.
  void close();

 private:
  struct Archive;
  std::unique_ptr<Archive> archive_;
};

}  // namespace vggflow
