#include "base/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/file_descriptor.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

void flush_to_disk(const fs::path& path, int flags) {
  const FileDescriptor fd(::open(path.c_str(), flags | O_CLOEXEC));
  if (!fd) throw system_error("cannot open", path.string());
  if (::fsync(fd.get()) != 0) throw system_error("cannot flush to disk", path.string());
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void make_parent(const fs::path& path) {
  if (path.parent_path().empty()) return;
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  if (failure) {
    throw Error(Origin::system, "cannot make the folder: " + failure.message(),
                path.parent_path().string());
  }
}

constexpr std::string_view kMark = ".tmp";

/// A killed process could not remove its own. Failures do not matter here: writing will tell.
void remove_leftovers(const fs::path& folder, const std::string& name) {
  std::error_code ignored;
  fs::directory_iterator entry(folder, ignored);
  for (; !ignored && entry != fs::directory_iterator(); entry.increment(ignored)) {
    const fs::path& path = entry->path();
    if (is_leftover(path.filename().string(), name)) ::unlink(path.c_str());
  }
}

}  // namespace

std::string temporary_name(const std::string& prefix) {
  return prefix + std::string(kMark) + std::to_string(::getpid());
}

bool is_leftover(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  if (!name.starts_with(kMark)) return false;
  name.remove_prefix(kMark.size());
  pid_t pid = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (failure != std::errc{} || end != name.data() + name.size() || pid <= 0) return false;
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

PendingFile::PendingFile(fs::path path)
    : path_(std::move(path)), temporary_(temporary_name(path_.string())) {
  make_parent(path_);
  remove_leftovers(folder_of(path_), path_.filename().string());
}

PendingFile::~PendingFile() {
  if (!committed_) ::unlink(temporary_.c_str());
}

void PendingFile::commit() {
  flush_to_disk(temporary_, O_RDWR);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    throw system_error("cannot rename " + temporary_.string(), path_.string());
  }
  committed_ = true;
  flush_to_disk(folder_of(path_), O_RDONLY | O_DIRECTORY);
}

void write_atomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  PendingFile file(path);
  write(file.temporary());
  file.commit();
}

void write_text_atomically(const fs::path& path, std::string_view text) {
  write_atomically(path, [&](const fs::path& temporary) {
    const FileDescriptor fd(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd) throw system_error("cannot create", path.string());
    write_all(fd.get(), text, path.string());
  });
}

}  // namespace vggflow
