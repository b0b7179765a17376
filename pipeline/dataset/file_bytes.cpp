#include "pipeline/dataset/file_bytes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "base/file_descriptor.h"

namespace vggflow {

std::uint64_t file_size(int fd, const std::string& place) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw system_error("cannot inspect", place);
  if (!S_ISREG(status.st_mode)) throw Error(Origin::system, "is not a regular file", place);
  return static_cast<std::uint64_t>(status.st_size);
}

void read_at(int fd, std::uint64_t offset, std::span<std::byte> out, const std::string& place) {
  while (!out.empty()) {
    const ssize_t got = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("cannot read", place);
    if (got == 0) throw Error(Origin::data, "the file ends too early", place);
    offset += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

void read_file(const std::filesystem::path& folder, std::string_view name,
               std::vector<std::byte>& buffer) {
  thread_local std::string path;
  path.clear();
  if (!name.starts_with('/') && !folder.empty()) (path += folder.native()) += '/';
  path += name;
  const FileDescriptor fd = open_for_reading(path);
  buffer.resize(file_size(fd.get(), path));
  read_at(fd.get(), 0, buffer, path);
}

std::string read_text(const std::string& path) {
  const FileDescriptor fd = open_for_reading(path);
  std::string text(file_size(fd.get(), path), '\0');
  read_at(fd.get(), 0, std::as_writable_bytes(std::span(text)), path);
  return text;
}

}  // namespace vggflow
