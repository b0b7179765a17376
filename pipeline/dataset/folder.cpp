// folder: a folder of class folders with one file per image.
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

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

/// The entries that are not hidden. The iterator's own ++ would throw no Error.
std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code failure;
  fs::directory_iterator next(folder, failure);
  for (; !failure && next != fs::directory_iterator(); next.increment(failure)) {
    if (!hidden(next->path().filename().string())) entries.push_back(*next);
  }
  if (failure) {
    throw Error(Origin::system, "cannot read the folder: " + failure.message(), folder.string());
  }
  return entries;
}

/// A link to nowhere and what cannot be inspected count too: an image that is missing should be
/// reported when it is read, not left out in silence.
bool is_file(const fs::directory_entry& entry) {
  std::error_code ignored;
  const fs::file_type type = entry.status(ignored).type();
  return type == fs::file_type::regular || type == fs::file_type::not_found ||
         type == fs::file_type::none;
}

/// Here a class may be missing, which no reading would ever tell.
bool is_class(const fs::directory_entry& entry) {
  std::error_code failure;
  const fs::file_type type = entry.status(failure).type();
  if (failure) {
    throw Error(Origin::system, "cannot tell whether this is a class folder: " + failure.message(),
                entry.path().string());
  }
  return type == fs::file_type::directory;
}

void add_class(const fs::path& folder, IndexBuilder& builder) {
  const std::string class_name = folder.filename().string();
  bool empty = true;
  for (const fs::directory_entry& entry : entries_of(folder)) {
    if (!is_file(entry)) continue;
    builder.add(class_name, entry.path().filename().string());
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
    if (is_class(entry)) add_class(entry.path(), builder);
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
