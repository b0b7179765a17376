#pragma once

#include <filesystem>
#include <string>

#include "pipeline/dataset/annotations.h"

namespace vggflow {

enum class IlsvrcSplit { train, val };

/// What lies in a folder of ILSVRC-2012; a path is empty where there is no such file.
struct IlsvrcLayout {
  std::filesystem::path tar;           ///< ILSVRC2012_img_{train,val}.tar
  std::filesystem::path images;        ///< train/ or val/, perhaps of Kaggle's tree
  std::filesystem::path meta;          ///< meta.mat of the development kit
  std::filesystem::path ground_truth;  ///< ILSVRC2012_validation_ground_truth.txt, likewise
  std::filesystem::path mapping;       ///< Kaggle's LOC_synset_mapping.txt
  std::filesystem::path solution;      ///< Kaggle's LOC_val_solution.csv
};

/// Where class folders lie beside a validation tar whose classes nothing tells, the folders are the
/// set, and `tar` is empty. Error (data) listing what was looked for if the split's images are not
/// there, Error (system) if `root` is no folder.
[[nodiscard]] IlsvrcLayout find_ilsvrc(const std::filesystem::path& root, IlsvrcSplit split);

/// What the development kit or, without it, Kaggle's tables tell, which may be nothing;
/// `validation`: also the classes of the validation images.
[[nodiscard]] Annotations read_annotations(const IlsvrcLayout& layout, bool validation);

/// For the error that images of `root` have no class: what was looked for, and how to unpack it.
[[nodiscard]] std::string wanted_annotations(const std::filesystem::path& root);

}  // namespace vggflow
