// ilsvrc: ImageNet's challenge of 2012, as it is shipped, extracted, or from Kaggle.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/flat_tar.h"
#include "pipeline/dataset/folder_index.h"
#include "pipeline/dataset/ilsvrc_layout.h"
#include "pipeline/dataset/index_cache.h"
#include "pipeline/dataset/tar_dataset.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kClasses = 1000;  // of the challenge

/// Extracted images. Names are "class/file" also where the files lie flat.
class IlsvrcFolder final : public IndexedDataset {
 public:
  IlsvrcFolder(std::string kind, fs::path root, fs::path images, bool flat, Index index)
      : IndexedDataset(std::move(kind), std::move(root), std::move(index)),
        images_(std::move(images)),
        flat_(flat) {}

  void read(std::uint64_t id, std::vector<std::byte>& buffer) const override {
    std::string_view file = name(id);
    if (flat_) file.remove_prefix(file.find('/') + 1);
    read_file(images_, file, buffer);
  }

 private:
  fs::path images_;
  bool flat_;
};

class Opening {
 public:
  Opening(fs::path root, IlsvrcSplit split, fs::path cache)
      : root_(std::move(root)),
        split_(split),
        cache_(std::move(cache)),
        layout_(find_ilsvrc(root_, split)) {}

  std::unique_ptr<Dataset> run() {
    return layout_.tar.empty() ? open_folder(layout_.images) : open_tar(layout_.tar);
  }

 private:
  std::unique_ptr<Dataset> open_tar(const fs::path& path) {
    const bool train = split_ == IlsvrcSplit::train;
    FileDescriptor fd = open_for_reading(path.string());
    Index index = cached({path}, !train, [&](Annotations annotations) {
      const std::string place = path.string();
      if (train) return index_tar_of_tars(fd.get(), place, std::move(annotations.classes));
      return index_flat(
          [&](const auto& image) {
            read_flat_tar(fd.get(), {0, file_size(fd.get(), place)}, place, image);
          },
          std::move(annotations), place);
    });
    return std::make_unique<TarDataset>(kind(), root_, std::move(fd), std::move(index));
  }

  std::unique_ptr<Dataset> open_folder(const fs::path& images) {
    std::vector<fs::path> folders{images};
    for (const std::string& name : class_folders(images)) folders.push_back(images / name);
    const bool flat = split_ == IlsvrcSplit::val && folders.size() == 1;
    Index index = cached(std::move(folders), flat, [&](Annotations annotations) {
      if (!flat) return index_folder(images, std::move(annotations.classes));
      return index_flat(
          [&](const auto& image) {
            for (const std::string& file : files_in(images)) image(file, ByteRange{});
          },
          std::move(annotations), images.string());
    });
    return std::make_unique<IlsvrcFolder>(kind(), root_, images, flat, std::move(index));
  }

  /// `each_image` calls what it is given with the name and place of each image.
  template <class EachImage>
  Index index_flat(const EachImage& each_image, Annotations annotations,
                   const std::string& place) const {
    IndexBuilder builder;
    each_image([&](std::string_view file, ByteRange range) {
      const std::int32_t label =
          validation_label(annotations, file, place + ": " + std::string(file));
      const std::string& wnid = annotations.classes[static_cast<std::size_t>(label)];
      builder.add_labelled((wnid + "/").append(file), label, range);
    });
    Index index = std::move(builder).build(std::move(annotations.classes));
    if (index.size() == 0) throw Error(Origin::data, "holds no images", place);
    refuse_twice(index, place);
    return index;
  }

  /// The index that `make` gives of the annotations; `labels`: they must tell every image's class.
  template <class Make>
  Index cached(std::vector<fs::path> containers, bool labels, const Make& make) const {
    for (const fs::path& path :
         {layout_.meta, layout_.ground_truth, layout_.mapping, layout_.solution}) {
      if (!path.empty()) containers.push_back(path);
    }
    const std::string source = kind() + " " + fs::absolute(root_).string();
    Index index = cached_index(cache_, {source, std::move(containers)}, [&] {
      Annotations annotations = read_annotations(layout_, labels);
      if (labels && annotations.source.empty()) {
        throw Error(Origin::data, "the images lie flat, and " + wanted_annotations(root_),
                    root_.string());
      }
      return make(std::move(annotations));
    });
    warn_of_ranks(index);
    warn_of_empty_classes(index);
    return index;
  }

  /// Labels of a part of the set are others than those of the whole unless something names all
  /// classes, and no reading would ever tell.
  void warn_of_ranks(const Index& index) const {
    const std::size_t classes = index.classes().size();
    if (!layout_.meta.empty() || !layout_.mapping.empty() || classes == kClasses) return;
    log_warning(kind() + " " + root_.string() + ": labels are the ranks of the " +
                std::to_string(classes) + " classes that are there, not of ILSVRC's " +
                std::to_string(kClasses) +
                "; the development kit or LOC_synset_mapping.txt names " + "all of them");
  }

  /// Part of the set may be all that is wanted; the labels are right all the same.
  void warn_of_empty_classes(const Index& index) const {
    std::vector<bool> filled(index.classes().size());
    for (std::uint64_t id = 0; id < index.size(); ++id) {
      filled[static_cast<std::size_t>(index.label(id))] = true;
    }
    const auto empty = std::ranges::count(filled, false);
    if (empty == 0) return;
    log_warning(kind() + " " + root_.string() + ": " + std::to_string(empty) + " of " +
                std::to_string(filled.size()) + " classes have no images");
  }

  [[nodiscard]] std::string kind() const {
    return split_ == IlsvrcSplit::train ? "ilsvrc train" : "ilsvrc val";
  }

  fs::path root_;
  IlsvrcSplit split_;
  fs::path cache_;
  IlsvrcLayout layout_;
};

constexpr ParamSpec kIlsvrc{.key = "ilsvrc",
                            .doc = "the folder of the tars or of what was in them"};
constexpr ParamSpec kSplit{.key = "split", .doc = "which images", .choices = "train|val"};

std::unique_ptr<Dataset> open_ilsvrc(Params& params, const SourcePlace& place) {
  fs::path root = (place.base / params.text(kIlsvrc)).lexically_normal();
  if (!root.has_filename()) root = root.parent_path();  // of "P/"
  if (!params.has(kSplit.key)) params.fail(kSplit.key, "is missing; allowed: train or val");
  const bool train = params.choice(kSplit) == "train";
  return Opening(root, train ? IlsvrcSplit::train : IlsvrcSplit::val, place.cache).run();
}

const SourceRegistration kRegistration{
    {.key = "ilsvrc",
     .doc = "ILSVRC-2012: the official tars with the development kit, extracted, or from Kaggle; "
            "`split` is train or val",
     .also = {kSplit.key},
     .open = open_ilsvrc}};

}  // namespace
}  // namespace vggflow
