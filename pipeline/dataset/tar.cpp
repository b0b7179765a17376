// tar: an uncompressed tar of class folders, indexed once and then read by offset.
#include <filesystem>
#include <memory>
#include <utility>

#include "pipeline/dataset/index_cache.h"
#include "pipeline/dataset/tar_dataset.h"
#include "pipeline/dataset/tar_index.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr ParamSpec kTar{.key = "tar", .doc = "the uncompressed tar of class folders"};

std::unique_ptr<Dataset> open_tar(Params& params, const SourcePlace& place) {
  const fs::path path = (place.base / params.text(kTar)).lexically_normal();
  FileDescriptor fd = open_for_reading(path.string());
  Index index = cached_index(place.cache, {"tar " + path.string(), {path}},
                             [&] { return index_tar(fd.get(), path.string()); });
  return std::make_unique<TarDataset>("tar", path, std::move(fd), std::move(index));
}

const SourceRegistration kRegistration{
    {.key = "tar",
     .doc = "an uncompressed tar of class folders, read in place",
     .also = {},
     .open = open_tar}};

}  // namespace
}  // namespace vggflow
