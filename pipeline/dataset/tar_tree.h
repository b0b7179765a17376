#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/dataset/index.h"

namespace vggflow {

/// What an entry of a tar is; all but `plain` have no bytes of their own to read in place.
enum class TarKind { plain, hard_link, symbolic_link, sparse, special };

struct TarFile {
  std::string name;  // within its folder
  ByteRange range;
  TarKind kind = TarKind::plain;
};

/// The tree of a tar, and what of it are the classes. Images are the files *.jpg, *.jpeg and *.png
/// or, if none is so named, all files. The shallowest folders with an image are classes, and their
/// common parent is what the `folder` source would be given: every folder directly in it is a
/// class, all files directly in a class are indexed, deeper files and those beside the classes are
/// not.
class TarTree {
 public:
  using Path = std::span<const std::string_view>;

  /// Not every tar lists its folders; those above a file are known by it.
  void add_folder(Path path);
  void add_file(Path path, ByteRange range, TarKind kind);

  /// Error (data) naming `place` if the classes have different parents or cannot be told, a class
  /// is empty, a file is met twice or cannot be read in place, or there are no images.
  [[nodiscard]] Index index(const std::string& place) &&;

 private:
  using Folders = std::map<std::string, std::vector<TarFile>>;  // by path; "" is the top

  [[nodiscard]] std::vector<std::string> image_folders() const;
  [[nodiscard]] std::string root_of_classes(const std::string& place) const;
  void add_class(const std::string& folder, const std::string& place, IndexBuilder& builder) const;

  Folders folders_;
};

}  // namespace vggflow
