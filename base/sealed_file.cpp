#include "base/sealed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "base/sha256.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock_bytes = 1 << 20;

std::string line_of(const std::string& digest) { return "\nsealed SHA-256 " + digest + "\n"; }

std::string read_bytes(int fd, std::size_t count, const fs::path& path) {
  std::string bytes(count, '\0');
  std::size_t had = 0;
  while (had < count) {
    const ssize_t got = ::read(fd, bytes.data() + had, count - had);
    if (got < 0) throw system_error("cannot read", path.string());
    if (got == 0) throw Error(Origin::data, "ends while it is read", path.string());
    had += static_cast<std::size_t>(got);
  }
  return bytes;
}

/// Over the next `count` bytes.
std::string digest_of(int fd, std::uint64_t count, const fs::path& path) {
  Sha256 sha;
  while (count > 0) {
    const auto block = static_cast<std::size_t>(std::min<std::uint64_t>(count, kBlock_bytes));
    sha.update(read_bytes(fd, block, path));
    count -= block;
  }
  return sha.hex();
}

}  // namespace

void seal(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file) throw system_error("cannot open", path.string());
  write_all(file.get(), line_of(digest_of(file.get(), fs::file_size(path), path)), path.string());
}

void check_seal(const fs::path& path) {
  std::error_code failure;
  const std::uint64_t bytes = fs::file_size(path, failure);
  if (failure) throw Error(Origin::data, "there is no such file", path.string());
  const std::size_t line = line_of(std::string(64, '0')).size();
  const FileDescriptor file = open_for_reading(path.string());
  if (bytes > line) {
    const std::string digest = digest_of(file.get(), bytes - line, path);
    if (read_bytes(file.get(), line, path) == line_of(digest)) return;
  }
  throw Error(Origin::data, "is damaged: its SHA-256 is not the one that was written",
              path.string());
}

std::string seal_of(const fs::path& path) {
  const std::string any(64, '0');
  std::error_code failure;
  const std::uint64_t bytes = fs::file_size(path, failure);
  const std::size_t line = line_of(any).size();
  if (failure || bytes < line) return {};
  const FileDescriptor file = open_for_reading(path.string());
  if (::lseek(file.get(), -static_cast<off_t>(line), SEEK_END) < 0) {
    throw system_error("cannot read", path.string());
  }
  const std::string last = read_bytes(file.get(), line, path);
  const std::size_t start = line_of("").size() - 1;  // before the digest
  const std::string digest = last.substr(start, any.size());
  return last == line_of(digest) ? digest : std::string();
}

}  // namespace vggflow
