#include "base/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// Whether `path` still leads to the open file: who held the lock before may have removed it.
bool is_at(const fs::path& path, int fd) {
  struct stat open {};
  struct stat there {};
  return ::fstat(fd, &open) == 0 && ::stat(path.c_str(), &there) == 0 &&
         open.st_dev == there.st_dev && open.st_ino == there.st_ino;
}

/// The innermost first.
std::vector<fs::path> missing(fs::path folder) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (; !folder.empty() && !fs::exists(folder, ignored); folder = folder.parent_path()) {
    found.push_back(folder);
  }
  return found;
}

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (!failure) return;
  throw Error(Origin::system, "cannot make the folder: " + failure.message(), folder.string());
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder) : made_(missing(folder)), path_(folder / kName) {
  make_folder(folder);
  do {
    fd_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd_) throw system_error("cannot open", path_.string());
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) == 0) continue;
    if (errno != EWOULDBLOCK) throw system_error("cannot lock", path_.string());
    throw Error(Origin::usage,
                "another process is at work in it; allowed: one at a time, or another folder",
                folder.string());
  } while (!is_at(path_, fd_.get()));
}

/// Removed while it is locked: nobody takes it in between.
FolderLock::~FolderLock() {
  ::unlink(path_.c_str());
  for (const fs::path& folder : made_) ::rmdir(folder.c_str());  // fails where there is something
}

}  // namespace vggflow
