#include "base/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

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

void make_parent(const fs::path& path) {
  if (path.parent_path().empty()) return;
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  if (failure) {
    throw Error(Origin::system, "cannot make the folder: " + failure.message(),
                path.parent_path().string());
  }
}

void write_all(int fd, std::string_view text, const std::string& place) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("cannot write", place);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void write_atomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  make_parent(path);
  const fs::path temporary = path.string() + ".tmp" + std::to_string(::getpid());
  try {
    write(temporary);
    flush_to_disk(temporary, O_RDWR);
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
      throw system_error("cannot rename " + temporary.string(), path.string());
    }
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  flush_to_disk(folder, O_RDONLY | O_DIRECTORY);
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
