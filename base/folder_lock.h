#pragma once

#include <filesystem>
#include <vector>

#include "base/export.h"
#include "base/file_descriptor.h"

namespace vggflow {

/// Keeps other processes out of a folder while it lives: an exclusive lock (flock) on the file
/// kName in it, which is removed at the end, and with it the folders that were made for it and hold
/// nothing. A process that is killed gives its lock back; the file that it leaves locks nothing.
class VGGFLOW_API FolderLock {
 public:
  static constexpr const char* kName = ".lock";

  /// Makes the folder if it is missing. Error (usage) if another process holds the lock, (system)
  /// if the folder or the file cannot be made.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  std::vector<std::filesystem::path> made_;  // the innermost first
  std::filesystem::path path_;
  FileDescriptor fd_;
};

}  // namespace vggflow
