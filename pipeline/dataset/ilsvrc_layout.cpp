#include "pipeline/dataset/ilsvrc_layout.h"

#include <initializer_list>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "pipeline/dataset/devkit.h"
#include "pipeline/dataset/file_bytes.h"
#include "pipeline/dataset/folder_index.h"
#include "pipeline/dataset/kaggle.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDevkit = "ILSVRC2012_devkit_t12";
constexpr const char* kGroundTruth = "ILSVRC2012_validation_ground_truth.txt";

/// The first that is there; empty if none is.
fs::path first_of(const fs::path& root, std::initializer_list<fs::path> paths) {
  for (const fs::path& path : paths) {
    std::error_code ignored;
    if (fs::exists(root / path, ignored)) return root / path;
  }
  return {};
}

std::string name_of(IlsvrcSplit split) { return split == IlsvrcSplit::train ? "train" : "val"; }

void require_folder(const fs::path& root) {
  std::error_code ignored;
  if (fs::is_directory(root, ignored)) return;
  if (!fs::exists(root, ignored)) {
    throw Error(Origin::system, "there is no such folder", root.string());
  }
  throw Error(Origin::system,
              "is a file; allowed: the folder that it lies in, '" +
                  (root / "..").lexically_normal().string() + "'",
              root.string());
}

/// Whether the folders say what class each validation image has, and nothing says it of the tar's.
bool only_folders_tell(const IlsvrcLayout& layout) {
  const bool told = layout.meta.empty() ? !layout.solution.empty() : !layout.ground_truth.empty();
  std::error_code ignored;
  return !told && fs::is_directory(layout.images, ignored) && !class_folders(layout.images).empty();
}

}  // namespace

IlsvrcLayout find_ilsvrc(const fs::path& root, IlsvrcSplit split) {
  require_folder(root);
  const std::string name = name_of(split);
  const fs::path tree = fs::path("Data") / "CLS-LOC" / name;  // Kaggle's, in its folder ILSVRC
  const std::string tar = "ILSVRC2012_img_" + name + ".tar";
  IlsvrcLayout layout;
  layout.tar = first_of(root, {tar});
  layout.images = first_of(root, {name, "ILSVRC" / tree, tree});
  if (layout.tar.empty() && layout.images.empty()) {
    throw Error(Origin::data,
                "holds no " + name + " images of ILSVRC; looked for " + tar + ", " + name + "/, " +
                    ("ILSVRC" / tree).string() + "/ and " + tree.string() + "/",
                root.string());
  }
  const fs::path data = fs::path(kDevkit) / "data";
  layout.meta = first_of(root, {data / "meta.mat", "data/meta.mat"});
  layout.ground_truth = first_of(root, {data / kGroundTruth, fs::path("data") / kGroundTruth});
  // Kaggle's tables lie beside ILSVRC; `root` may be either of the two.
  const fs::path tables = layout.images == root / tree ? root / ".." : root;
  layout.mapping = first_of(root, {"LOC_synset_mapping.txt", tables / "LOC_synset_mapping.txt"});
  layout.solution = first_of(root, {"LOC_val_solution.csv", tables / "LOC_val_solution.csv"});
  if (split == IlsvrcSplit::val && only_folders_tell(layout)) layout.tar.clear();
  return layout;
}

Annotations read_annotations(const IlsvrcLayout& layout, bool validation) {
  if (!layout.meta.empty()) {
    const std::string place = layout.meta.string();
    const DevkitClasses classes = devkit_classes(read_meta_mat(place), place);
    if (!validation) return {classes.sorted, {}, place};
    if (layout.ground_truth.empty()) {
      throw Error(Origin::data, std::string("is there, but ") + kGroundTruth + " beside it is not",
                  place);
    }
    const std::string truth = layout.ground_truth.string();
    return devkit_annotations(classes, parse_ground_truth(read_text(truth), truth), truth);
  }
  std::vector<std::string> classes;
  if (!layout.mapping.empty()) {
    classes = parse_synset_mapping(read_text(layout.mapping.string()), layout.mapping.string());
  }
  if (!validation || layout.solution.empty()) return {std::move(classes), {}, {}};
  const std::string solution = layout.solution.string();
  return kaggle_annotations(std::move(classes), parse_val_solution(read_text(solution), solution),
                            solution);
}

std::string wanted_annotations(const fs::path& root) {
  std::string text = "their classes are told by " + std::string(kDevkit) +
                     "/data/ (or data/) with meta.mat and " + kGroundTruth +
                     ", or by LOC_val_solution.csv; none is there";
  const std::string packed = std::string(kDevkit) + ".tar.gz";
  if (!first_of(root, {packed}).empty()) {
    text += "; unpack the development kit: tar xzf '" + (root / packed).string() + "' -C '" +
            root.string() + "'";
  }
  return text;
}

}  // namespace vggflow
