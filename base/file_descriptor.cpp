#include "base/file_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"

namespace vggflow {

void FileDescriptorTraits::close(Handle fd) noexcept { ::close(fd); }

FileDescriptor open_for_reading(const std::string& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw system_error("cannot open", path);
  return fd;
}

}  // namespace vggflow
