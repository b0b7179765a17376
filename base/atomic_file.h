#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/export.h"

namespace vggflow {

/// Makes `path` whole or not at all: `write` gets a temporary name in the same folder and leaves a
/// closed file there, which is flushed to the disk and renamed. On any exception the temporary file
/// is removed and what stood at `path` stays. Missing parent folders are made. The temporary file
/// of a process that was killed is removed the next time.
VGGFLOW_API void write_atomically(const std::filesystem::path& path,
                                  const std::function<void(const std::filesystem::path&)>& write);

/// The same in steps, for a file that is written piece by piece.
class VGGFLOW_API PendingFile {
 public:
  explicit PendingFile(std::filesystem::path path);
  /// Without a commit(): removes the temporary file, and what stood at the path stays.
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Where to write; to be closed before commit().
  [[nodiscard]] const std::filesystem::path& temporary() const { return temporary_; }
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

/// The same for a text.
VGGFLOW_API void write_text_atomically(const std::filesystem::path& path, std::string_view text);

/// The temporary name of this process: PREFIX.tmpPID.
[[nodiscard]] VGGFLOW_API std::string temporary_name(const std::string& prefix);

/// Whether `name` is the temporary name, with that prefix, of a process that is no more.
[[nodiscard]] VGGFLOW_API bool is_leftover(std::string_view name, std::string_view prefix);

}  // namespace vggflow
