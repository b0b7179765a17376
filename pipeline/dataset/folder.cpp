// folder: a folder of class folders with one file per image.
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/indexed.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

class FolderDataset final : public IndexedDataset {
 public:
  FolderDataset(fs::path root, Index index)
      : IndexedDataset("folder", std::move(root), std::move(index)) {}

  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    read_file((path() / name(id)).string(), buffer);
  }
};

bool hidden(const std::string& name) { return name.starts_with('.'); }

/// A link to nowhere counts too: a missing image should be reported, not left out in silence.
bool is_file(const fs::directory_entry& entry) {
  std::error_code ignored;
  const fs::file_type type = entry.status(ignored).type();
  return type == fs::file_type::regular || type == fs::file_type::not_found;
}

fs::directory_iterator entries_of(const fs::path& folder) {
  std::error_code failure;
  fs::directory_iterator entries(folder, failure);
  if (failure) {
    throw Error(Origin::system, "cannot read the folder: " + failure.message(), folder.string());
  }
  return entries;
}

void add_class(const fs::path& folder, IndexBuilder& builder) {
  const std::string class_name = folder.filename().string();
  bool empty = true;
  for (const fs::directory_entry& entry : entries_of(folder)) {
    const std::string file = entry.path().filename().string();
    if (hidden(file) || !is_file(entry)) continue;
    builder.add(class_name, file);
    empty = false;
  }
  if (empty) {
    throw Error(Origin::data,
                "class '" + class_name + "' is empty; every class folder needs at least one image",
                folder.string());
  }
}

Index index_folder(const fs::path& root) {
  IndexBuilder builder;
  for (const fs::directory_entry& entry : entries_of(root)) {
    std::error_code ignored;
    if (hidden(entry.path().filename().string()) || !entry.is_directory(ignored)) continue;
    add_class(entry.path(), builder);
  }
  Index index = std::move(builder).build();
  if (index.size() == 0) {
    throw Error(Origin::data, "holds no class folders; expected CLASS/IMAGE files below it",
                root.string());
  }
  return index;
}

constexpr ParamSpec kFolder{.key = "folder", .doc = "the folder of class folders"};

const SourceRegistration kRegistration{
    {.key = "folder",
     .doc = "a folder of class folders, one file per image",
     .also = {},
     .open = [](Params& params, const fs::path& base) -> std::unique_ptr<Dataset> {
       const fs::path root = (base / params.text(kFolder)).lexically_normal();
       return std::make_unique<FolderDataset>(root, index_folder(root));
     }}};

}  // namespace
}  // namespace vggflow
