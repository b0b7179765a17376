#include "pipeline/dataset/tar_dataset.h"

#include <fcntl.h>

#include <utility>

#include "base/error.h"
#include "pipeline/dataset/file_bytes.h"

namespace vggflow {

TarDataset::TarDataset(std::string kind, std::filesystem::path path, FileDescriptor fd, Index index)
    : IndexedDataset(std::move(kind), std::move(path), std::move(index)), fd_(std::move(fd)) {}

void TarDataset::read(std::uint64_t id, std::vector<std::byte>& buffer) const {
  const ByteRange range = index().range(id);
  buffer.resize(range.bytes);
  try {
    read_at(fd_.get(), range.offset, buffer, {});
  } catch (const Error& error) {  // put together only now: a place for each image costs time
    throw Error(error.origin(), error.message(), path().string() + ": " + std::string(name(id)));
  }
}

void TarDataset::will_need(std::uint64_t id) const {
  const ByteRange range = index().range(id);
  static_cast<void>(::posix_fadvise(fd_.get(), static_cast<off_t>(range.offset),
                                    static_cast<off_t>(range.bytes), POSIX_FADV_WILLNEED));
}

}  // namespace vggflow
