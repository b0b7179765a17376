#include "base/file_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"

namespace vggflow {

void FileDescriptorTraits::close(Handle fd) noexcept { ::close(fd); }

FileDescriptor open_for_reading(const std::string& path) {
  // A FIFO without a writer would be waited for; files do not care.
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) throw system_error("cannot open", path);
  return fd;
}

void write_all(int fd, std::string_view bytes, const std::string& place) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("cannot write", place);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace vggflow
