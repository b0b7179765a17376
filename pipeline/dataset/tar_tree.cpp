#include "pipeline/dataset/tar_tree.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/error.h"

namespace vggflow {
namespace {

std::string joined_path(TarTree::Path parts) {
  std::string path;
  for (const std::string_view part : parts) path.append(path.empty() ? "" : "/").append(part);
  return path;
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string last_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool lies_in(const std::string& path, const std::string& folder) {
  return folder.empty() || path.starts_with(folder + "/");
}

std::string shown(const std::string& folder) {
  return folder.empty() ? "the top of the tar" : "'" + folder + "'";
}

void refuse_other_parents(const std::vector<std::string>& folders, const std::string& root,
                          const std::string& place) {
  for (const std::string& folder : folders) {
    if (lies_in(folder, root)) continue;
    throw Error(Origin::data,
                "class folders lie in " + shown(root) + " and in " + shown(parent_of(folder)) +
                    "; allowed: all in one folder, so make one tar of each",
                place);
  }
}

/// One class with folders of images in it: rather a picture that lies beside the true classes.
void refuse_lone_class(const std::vector<std::string>& folders, const std::string& name,
                       const std::string& place) {
  const auto outside = [&](const std::string& folder) {
    return folder != name && !lies_in(folder, name);
  };
  const auto directly_in = [&](const std::string& folder) { return parent_of(folder) == name; };
  if (std::ranges::any_of(folders, outside)) return;
  if (std::ranges::count_if(folders, directly_in) < 2) return;
  throw Error(Origin::data,
              "images lie in " + shown(name) + " and in the folders below it, so the classes " +
                  "cannot be told; allowed: CLASS/IMAGE with no images beside the classes",
              place);
}

}  // namespace

void TarTree::add_folder(Path path) {
  while (folders_.try_emplace(joined_path(path)).second && !path.empty()) {
    path = path.first(path.size() - 1);
  }
}

void TarTree::add_file(Path path, ByteRange range, TarKind kind) {
  const Path folder = path.first(path.size() - 1);
  const std::string folder_path = joined_path(folder);
  if (!last_files_ || folder_path != last_folder_) {
    add_folder(folder);
    last_folder_ = folder_path;
    last_files_ = &folders_[folder_path];
  }
  const auto bytes = static_cast<std::uint32_t>(path.back().size());
  last_files_->push_back({range, names_.size(), bytes, kind});
  names_ += path.back();
}

bool TarTree::is_named_as_image(const File& file) const {
  static constexpr std::array<std::string_view, 3> kEndings{".jpg", ".jpeg", ".png"};
  std::string text(name(file));
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(kEndings, [&](std::string_view end) { return text.ends_with(end); });
}

void TarTree::refuse_unreadable_file(const std::string& folder, const File& file,
                                     const std::string& place) const {
  if (file.kind == TarKind::plain) return;
  std::string path = folder.empty() ? "" : folder + "/";
  refuse_unreadable(file.kind, place + ": " + path.append(name(file)));
}

std::vector<std::string> TarTree::image_folders() const {
  std::vector<std::string> named;
  std::vector<std::string> filled;
  for (const auto& [folder, files] : folders_) {
    if (!files.empty()) filled.push_back(folder);
    const auto is_image = [&](const File& file) { return is_named_as_image(file); };
    if (std::ranges::any_of(files, is_image)) named.push_back(folder);
  }
  return named.empty() ? filled : named;
}

std::string TarTree::root_of_classes(const std::string& place) const {
  std::vector<std::string> folders = image_folders();
  const bool at_top = std::erase(folders, "") > 0;
  if (folders.empty()) {
    throw Error(Origin::data,
                at_top ? "its images lie outside class folders; allowed: CLASS/IMAGE"
                       : "holds no images; expected CLASS/IMAGE files in it",
                place);
  }
  const std::string shallowest = *std::ranges::min_element(
      folders, {}, [](const std::string& path) { return std::ranges::count(path, '/'); });
  std::string root = parent_of(shallowest);
  refuse_other_parents(folders, root, place);
  refuse_lone_class(folders, shallowest, place);
  return root;
}

void TarTree::add_class(const std::string& folder, const std::string& place,
                        IndexBuilder& builder) const {
  const std::string class_name = last_of(folder);
  const std::vector<File>& files = folders_.at(folder);
  if (files.empty()) {
    throw Error(Origin::data,
                "class '" + class_name + "' is empty; every class folder needs at least one image",
                place);
  }
  for (const File& file : files) {
    refuse_unreadable_file(folder, file, place);
    builder.add(class_name, name(file), file.range);
  }
}

Index TarTree::index(const std::string& place) && {
  const std::string root = root_of_classes(place);
  for (const File& file : folders_[root]) {
    // It may stand for the folder of a class.
    if (file.kind == TarKind::symbolic_link) refuse_unreadable_file(root, file, place);
  }
  IndexBuilder builder;
  for (const auto& [folder, files] : folders_) {
    if (!folder.empty() && parent_of(folder) == root) add_class(folder, place, builder);
  }
  Index index = std::move(builder).build();
  refuse_twice(index, place);
  return index;
}

}  // namespace vggflow
