#include "pipeline/dataset/flat_tar.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "pipeline/dataset/class_ranks.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/in_parallel.h"
#include "pipeline/dataset/tar_reader.h"

namespace vggflow {
namespace {

constexpr std::string_view kEnding = ".tar";

struct InnerTar {
  std::string class_name;
  ByteRange range;  // in the file
};

std::vector<InnerTar> inner_tars(int fd, const std::string& place) {
  TarReader tar(fd, {0, file_size(fd, place)}, place);
  std::vector<InnerTar> inner;
  while (tar.next()) {
    const std::string_view file = tar.path().back();
    if (!file.ends_with(kEnding) || tar.kind() == TarKind::folder) continue;
    refuse_unreadable(tar.kind(), tar.place());
    inner.push_back({std::string(file.substr(0, file.size() - kEnding.size())), tar.range()});
  }
  std::ranges::sort(inner, {}, &InnerTar::class_name);
  const auto twice = std::ranges::adjacent_find(inner, {}, &InnerTar::class_name);
  if (twice != inner.end()) {
    throw Error(Origin::data, "occurs twice", place + ": " + twice->class_name + ".tar");
  }
  if (!inner.empty()) return inner;
  throw Error(Origin::data, "holds no tars; expected CLASS.tar, a tar of each class's images",
              place);
}

IndexBuilder images_of(int fd, const InnerTar& inner, std::int32_t label,
                       const std::string& place) {
  IndexBuilder builder;
  std::string name = inner.class_name + "/";
  const std::size_t prefix = name.size();
  bool empty = true;
  read_flat_tar(fd, inner.range, place, [&](std::string_view file, ByteRange range) {
    name.replace(prefix, std::string::npos, file);
    builder.add_labelled(name, label, range);
    empty = false;
  });
  if (!empty) return builder;
  throw Error(Origin::data,
              "class '" + inner.class_name + "' is empty; every class needs at least one image",
              place);
}

}  // namespace

void read_flat_tar(int fd, ByteRange window, const std::string& place,
                   const std::function<void(std::string_view, ByteRange)>& image) {
  TarReader tar(fd, window, place);
  while (tar.next()) {
    if (tar.kind() == TarKind::folder) continue;
    if (tar.path().size() > 1) {
      throw Error(Origin::data, "lies in a folder; allowed: a flat tar of images", tar.place());
    }
    refuse_unreadable(tar.kind(), tar.place());
    image(tar.path().back(), tar.range());
  }
}

Index index_tar_of_tars(int fd, const std::string& place, std::vector<std::string> classes) {
  const std::vector<InnerTar> inner = inner_tars(fd, place);
  if (classes.empty()) {
    for (const InnerTar& tar : inner) classes.push_back(tar.class_name);
  }
  const auto place_of = [&](const InnerTar& tar) { return place + ": " + tar.class_name + ".tar"; };
  std::vector<std::int32_t> labels;
  for (const InnerTar& tar : inner) {
    labels.push_back(rank_of_class(classes, tar.class_name, place_of(tar)));
  }
  std::vector<IndexBuilder> parts(inner.size());
  in_parallel(inner.size(), [&](std::size_t i) {
    parts[i] = images_of(fd, inner[i], labels[i], place_of(inner[i]));
  });
  Index index = IndexBuilder::joined(std::move(parts)).build(std::move(classes));
  refuse_twice(index, place);
  return index;
}

}  // namespace vggflow
