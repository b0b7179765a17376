// tar: an uncompressed tar of class folders, indexed once and then read by offset.
#include <fcntl.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/indexed.h"
#include "pipeline/dataset/tar_index.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

class TarDataset final : public IndexedDataset {
 public:
  TarDataset(fs::path path, FileDescriptor fd, Index index)
      : IndexedDataset("tar", std::move(path), std::move(index)), fd_(std::move(fd)) {}

  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    const ByteRange range = index().range(id);
    buffer.resize(range.bytes);
    read_at(fd_.get(), range.offset, buffer, path().string() + ": " + std::string(name(id)));
  }

  void will_need(std::uint64_t id) const override {
    const ByteRange range = index().range(id);
    static_cast<void>(::posix_fadvise(fd_.get(), static_cast<off_t>(range.offset),
                                      static_cast<off_t>(range.bytes), POSIX_FADV_WILLNEED));
  }

 private:
  FileDescriptor fd_;
};

constexpr ParamSpec kTar{.key = "tar", .doc = "the uncompressed tar of class folders"};

const SourceRegistration kRegistration{
    {.key = "tar",
     .doc = "an uncompressed tar of class folders, read in place",
     .also = {},
     .open = [](Params& params, const fs::path& base) -> std::unique_ptr<Dataset> {
       const fs::path path = (base / params.text(kTar)).lexically_normal();
       FileDescriptor fd = open_for_reading(path.string());
       Index index = index_tar(fd.get(), path.string());
       return std::make_unique<TarDataset>(path, std::move(fd), std::move(index));
     }}};

}  // namespace
}  // namespace vggflow
