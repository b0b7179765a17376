#include "pipeline/dataset/webdataset_index.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/in_parallel.h"
#include "pipeline/dataset/label_text.h"
#include "pipeline/dataset/tar_reader.h"

namespace vggflow {
namespace {

constexpr std::size_t kMaxLabelBytes = 64;  // blanks included

enum class Part { image, label, other };

Part part_of(std::string_view extension) {
  std::string lower(extension);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "cls") return Part::label;
  static constexpr std::array<std::string_view, 3> kImages{"jpg", "jpeg", "png"};
  return std::ranges::find(kImages, lower) != kImages.end() ? Part::image : Part::other;
}

std::string path_of(const TarReader& tar) {
  std::string path;
  for (const std::string_view part : tar.path()) path.append(path.empty() ? "" : "/").append(part);
  return path;
}

/// A file of a sample. By key, and of one key the image before the label.
struct SamplePart {
  std::string path;
  std::size_t key_bytes;
  Part part;
  ByteRange range;         // of an image, in its shard
  std::int32_t label = 0;  // of a label
  [[nodiscard]] std::string_view key() const { return std::string_view(path).substr(0, key_bytes); }
};

class ShardIndexer {
 public:
  explicit ShardIndexer(const IndexedShard& shard)
      : shard_(shard), fd_(open_for_reading(shard.path)) {}

  IndexBuilder run() {
    TarReader tar(fd_.get(), {0, file_size(fd_.get(), shard_.path)}, shard_.path);
    while (tar.next()) {
      if (tar.kind() != TarKind::folder) add(tar);
    }
    std::ranges::sort(parts_, [](const SamplePart& a, const SamplePart& b) {
      return std::pair(a.key(), a.part) < std::pair(b.key(), b.part);
    });
    IndexBuilder builder;
    for (std::size_t i = 0; i < parts_.size(); i += 2) add_sample(i, builder);
    return builder;
  }

 private:
  void add(const TarReader& tar) {
    std::string path = path_of(tar);
    const std::optional<SampleName> name = sample_name(path);
    if (!name) return;
    const Part part = part_of(name->extension);
    if (part == Part::other) return;
    refuse_unreadable(tar.kind(), tar.place());
    const std::size_t key_bytes = name->key.size();
    const std::int32_t label = part == Part::label ? read_label(tar) : 0;
    parts_.push_back({std::move(path), key_bytes, part, tar.range(), label});
  }

  [[nodiscard]] std::int32_t read_label(const TarReader& tar) const {
    const ByteRange range = tar.range();
    std::string text(std::min<std::uint64_t>(range.bytes, kMaxLabelBytes), '\0');
    read_at(fd_.get(), range.offset, std::as_writable_bytes(std::span(text)), tar.place());
    std::ranges::replace(text, '\n', ' ');
    const std::optional<std::int32_t> label = parsed_label(trimmed(text));
    if (label && range.bytes <= kMaxLabelBytes) return *label;
    throw Error(Origin::data,
                "got '" + std::string(trimmed(text)) + "'; allowed: a label, a whole number from 0",
                tar.place());
  }

  /// parts_[i] and the next one must be an image and its label.
  void add_sample(std::size_t i, IndexBuilder& builder) const {
    const SamplePart& image = parts_[i];
    if (image.part != Part::image) fail(image, "has no image; allowed: .jpg, .jpeg or .png");
    const bool pair = i + 1 < parts_.size() && parts_[i + 1].key() == image.key();
    if (!pair) fail(image, "has no label, KEY.cls");
    if (parts_[i + 1].part == Part::image) fail(image, "has two images");
    if (i + 2 < parts_.size() && parts_[i + 2].key() == image.key()) {
      fail(image, "has two labels");
    }
    builder.add_labelled(image.path, parts_[i + 1].label,
                         {shard_.begin + image.range.offset, image.range.bytes});
  }

  [[noreturn]] void fail(const SamplePart& part, const std::string& message) const {
    throw Error(Origin::data, "the sample '" + std::string(part.key()) + "' " + message,
                shard_.path);
  }

  const IndexedShard& shard_;
  FileDescriptor fd_;
  std::vector<SamplePart> parts_;
};

const std::string& shard_of(const std::vector<IndexedShard>& shards, ByteRange range) {
  return std::prev(std::ranges::upper_bound(shards, range.offset, {}, &IndexedShard::begin))->path;
}

void refuse_same_keys(const Index& index, const std::vector<IndexedShard>& shards) {
  const auto key = [&](std::uint32_t id) { return sample_name(index.name(id))->key; };
  std::vector<std::uint32_t> ids(index.size());
  for (std::uint32_t id = 0; id < ids.size(); ++id) ids[id] = id;
  std::ranges::sort(ids, {}, key);
  const auto twice = std::ranges::adjacent_find(ids, {}, key);
  if (twice == ids.end()) return;
  std::array<std::string_view, 2> both{shard_of(shards, index.range(twice[0])),
                                       shard_of(shards, index.range(twice[1]))};
  std::ranges::sort(both);
  throw Error(Origin::data, "the sample '" + std::string(key(*twice)) + "' occurs in " +
                                std::string(both[0]) + " and in " + std::string(both[1]));
}

void check_labels(const Index& index, const std::vector<IndexedShard>& shards, bool gaps_allowed) {
  const auto classes = static_cast<std::int32_t>(index.classes().size());
  std::int32_t expected = 0;  // images are ordered by label
  for (std::uint64_t id = 0; id < index.size(); ++id) {
    const std::int32_t label = index.label(id);
    const bool gap = !gaps_allowed && label > expected;
    if (gap || label >= classes) {
      throw Error(
          Origin::data,
          "label " + std::to_string(label) +
              (gap ? " leaves class " + std::to_string(expected) +
                         " empty; labels must be 0 ... n-1, each with an image, unless " +
                         "the key 'classes' gives n"
                   : " is outside the classes; allowed: 0 to " + std::to_string(classes - 1)),
          shard_of(shards, index.range(id)) + ": " + std::string(index.name(id)));
    }
    expected = label + 1;
  }
}

}  // namespace

std::optional<SampleName> sample_name(std::string_view path) {
  const auto file = path.rfind('/') + 1;  // npos + 1 is 0
  const auto dot = path.find('.', file);
  if (dot == std::string_view::npos || dot == file) return std::nullopt;
  return SampleName{path.substr(0, dot), path.substr(dot + 1)};
}

Index index_webdataset(const std::vector<IndexedShard>& shards,
                       const std::vector<std::string>& classes) {
  std::vector<IndexBuilder> parts(shards.size());
  in_parallel(shards.size(), [&](std::size_t i) { parts[i] = ShardIndexer(shards[i]).run(); });
  IndexBuilder builder = IndexBuilder::joined(std::move(parts));
  std::vector<std::string> names = classes.empty() ? numbered_classes(builder.labels()) : classes;
  Index index = std::move(builder).build(std::move(names));
  if (index.size() == 0) {
    throw Error(Origin::data, "holds no samples; expected KEY.jpg and KEY.cls",
                shards.empty() ? "" : shards.front().path);
  }
  refuse_same_keys(index, shards);
  check_labels(index, shards, !classes.empty());
  return index;
}

}  // namespace vggflow
