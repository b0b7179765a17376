#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/dataset/index.h"
#include "pipeline/dataset/tar_reader.h"

namespace vggflow {

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
  struct File {  // 32 bytes: there may be millions
    ByteRange range;
    std::uint64_t name_begin;  // in names_, without its folder
    std::uint32_t name_bytes;
    TarKind kind;
  };
  using Folders = std::map<std::string, std::vector<File>>;  // by path; "" is the top

  [[nodiscard]] std::string_view name(const File& file) const {
    return std::string_view(names_).substr(file.name_begin, file.name_bytes);
  }
  [[nodiscard]] bool is_named_as_image(const File& file) const;
  [[nodiscard]] std::vector<std::string> image_folders() const;
  [[nodiscard]] std::string root_of_classes(const std::string& place) const;
  void refuse_unreadable_file(const std::string& folder, const File& file,
                              const std::string& place) const;
  void add_class(const std::string& folder, const std::string& place, IndexBuilder& builder) const;

  Folders folders_;
  std::string names_;
  std::string last_folder_;  // of a file: most often the next one lies there too
  std::vector<File>* last_files_ = nullptr;
};

}  // namespace vggflow
