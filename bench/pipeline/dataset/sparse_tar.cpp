#include "bench/pipeline/dataset/sparse_tar.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>

#include "base/error.h"
#include "base/file_descriptor.h"

namespace vggflow::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kBlock = 512;  // bytes; what a tar is made of
constexpr std::uint64_t kEntryBytes = kBlock + SparseTar::kFileBytes;
static_assert(SparseTar::kFileBytes % kBlock == 0);

using Blocks = std::array<char, 2 * kBlock>;  // a header, and the first data after it

/// A ustar header: octal digits, and a checksum over the header with blanks in the checksum's
/// place.
void write_header(char* header, const std::string& name) {
  std::snprintf(header, 100, "%s", name.c_str());
  std::snprintf(header + 100, 8, "%07o", 0644U);
  std::snprintf(header + 124, 12, "%011lo", static_cast<unsigned long>(SparseTar::kFileBytes));
  std::snprintf(header + 136, 12, "%011o", 0U);
  std::memset(header + 148, ' ', 8);
  header[156] = '0';
  std::memcpy(header + 257,
              "ustar\0"
              "00",
              8);
  unsigned sum = 0;
  for (std::uint64_t i = 0; i < kBlock; ++i) sum += static_cast<unsigned char>(header[i]);
  std::snprintf(header + 148, 8, "%06o", sum);
}

std::string name_of(std::uint64_t id) {
  std::array<char, 64> name{};
  const std::uint64_t label = id / SparseTar::kFilesPerClass;
  std::snprintf(name.data(), name.size(), "n%08lu/n%08lu_%lu.JPEG", 1440764 + label,
                1440764 + label, 10000 + id % SparseTar::kFilesPerClass);
  return name.data();
}

void write_at(int fd, std::uint64_t offset, const Blocks& blocks, const std::string& place) {
  const auto written = ::pwrite(fd, blocks.data(), blocks.size(), static_cast<off_t>(offset));
  if (written != static_cast<ssize_t>(blocks.size())) throw system_error("cannot write", place);
}

}  // namespace

void make(const SparseTar& tar) {
  const std::uint64_t total = tar.files * kEntryBytes + 2 * kBlock;
  std::error_code missing;
  if (fs::file_size(tar.path, missing) == total && !missing) return;

  const std::string part = tar.path.string() + ".part";
  const FileDescriptor fd(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd) throw system_error("cannot create", part);
  for (std::uint64_t id = 0; id < tar.files; ++id) {
    Blocks blocks{};
    write_header(blocks.data(), name_of(id));
    std::memcpy(blocks.data() + kBlock, &id, sizeof id);
    write_at(fd.get(), id * kEntryBytes, blocks, part);
  }
  write_at(fd.get(), tar.files * kEntryBytes, Blocks{}, part);
  fs::rename(part, tar.path);
}

bool is_file(std::span<const std::byte> bytes, std::uint64_t id) {
  return bytes.size() == SparseTar::kFileBytes && std::memcmp(bytes.data(), &id, sizeof id) == 0;
}

}  // namespace vggflow::bench
