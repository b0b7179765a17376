#include "pipeline/dataset/folder_index.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "pipeline/dataset/class_ranks.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

std::vector<std::string> class_folders(const fs::path& root) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : entries_of(root)) {
    if (is_class(entry)) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : entries_of(folder)) {
    if (is_file(entry)) names.push_back(entry.path().filename().string());
  }
  return names;
}

Index index_folder(const fs::path& root, std::vector<std::string> classes) {
  const std::vector<std::string> folders = class_folders(root);
  if (folders.empty()) {
    throw Error(Origin::data, "holds no class folders; expected CLASS/IMAGE files below it",
                root.string());
  }
  if (classes.empty()) classes = folders;
  IndexBuilder builder;
  for (const std::string& name : folders) {
    const fs::path folder = root / name;
    const std::int32_t label = rank_of_class(classes, name, folder.string());
    const std::vector<std::string> files = files_in(folder);
    if (files.empty()) {
      throw Error(Origin::data,
                  "class '" + name + "' is empty; every class folder needs at least one image",
                  folder.string());
    }
    for (const std::string& file : files) builder.add_labelled(name + "/" + file, label);
  }
  return std::move(builder).build(std::move(classes));
}

}  // namespace vggflow
