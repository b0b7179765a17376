#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// Where an image's bytes lie inside a container; unused where every image is a file of its own.
struct ByteRange {
  std::uint64_t offset = 0;  // bytes from the container's start
  std::uint64_t bytes = 0;
};

/// What a dataset knows of its images: 32 bytes each and one arena for all names, so that the
/// 1.28 million of ILSVRC-2012 take about 80 MB. Immutable; made by an IndexBuilder.
class VGGFLOW_API Index {
 public:
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const std::vector<std::string>& classes() const { return classes_; }
  [[nodiscard]] std::int32_t label(std::uint64_t id) const { return entries_[id].label; }
  [[nodiscard]] ByteRange range(std::uint64_t id) const { return entries_[id].range; }
  [[nodiscard]] std::string_view name(std::uint64_t id) const { return name(entries_[id]); }

 private:
  friend class IndexBuilder;
  friend class IndexFile;
  struct Entry {
    std::uint64_t name_begin;  // in the arena
    ByteRange range;
    std::uint32_t name_bytes;
    std::int32_t label;
  };
  [[nodiscard]] std::string_view name(const Entry& entry) const {
    return {names_.data() + entry.name_begin, entry.name_bytes};
  }

  std::string names_;
  std::vector<Entry> entries_;
  std::vector<std::string> classes_;
};

/// Collects images in any order, in one pass over the container.
class VGGFLOW_API IndexBuilder {
 public:
  /// The image "class/file"; classes get their labels in byte order of their names.
  void add(std::string_view class_name, std::string_view file, ByteRange range = {});
  /// The image `name` of a label that the container itself states.
  void add_labelled(std::string_view name, std::int32_t label, ByteRange range = {});
  /// All that these were given by `add_labelled`.
  [[nodiscard]] static IndexBuilder joined(std::vector<IndexBuilder>&& parts);

  /// How many different labels there are so far.
  [[nodiscard]] std::int32_t labels() const;

  /// Sorts by (class, name) in byte order; ids are the ranks. After `add`.
  [[nodiscard]] Index build() &&;
  /// Sorts by (label, name); the labels' names are as given. After `add_labelled`.
  [[nodiscard]] Index build(std::vector<std::string> classes) &&;

 private:
  void append(std::string_view prefix, std::string_view name, std::int32_t label, ByteRange range);
  void sort();

  Index index_;
  std::map<std::string, std::int32_t, std::less<>> order_met_;  // class -> provisional label
};

/// Error (data) naming `place` if two images of a label have the same name.
void refuse_twice(const Index& index, const std::string& place);

}  // namespace vggflow
