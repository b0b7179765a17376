// folder: a folder of class folders with one file per image.
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/folder_index.h"
#include "pipeline/dataset/indexed.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

class FolderDataset final : public IndexedDataset {
 public:
  FolderDataset(fs::path root, Index index)
      : IndexedDataset("folder", std::move(root), std::move(index)) {}

  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    read_file(path(), name(id), buffer);
  }
};

constexpr ParamSpec kFolder{.key = "folder", .doc = "the folder of class folders"};

const SourceRegistration kRegistration{
    {.key = "folder",
     .doc = "a folder of class folders, one file per image",
     .also = {},
     .open = [](Params& params, const SourcePlace& place) -> std::unique_ptr<Dataset> {
       const fs::path root = (place.base / params.text(kFolder)).lexically_normal();
       return std::make_unique<FolderDataset>(root, index_folder(root));
     }}};

}  // namespace
}  // namespace vggflow
