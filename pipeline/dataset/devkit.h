#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.h"
#include "pipeline/dataset/annotations.h"
#include "pipeline/dataset/meta_mat.h"

namespace vggflow {

/// ILSVRC2012_validation_ground_truth.txt: one ILSVRC2012_ID a line, of the images in the order of
/// their numbers. Error (data) at "PLACE:LINE" for a line that is no whole number from 1.
[[nodiscard]] VGGFLOW_API std::vector<std::int32_t> parse_ground_truth(std::string_view text,
                                                                       const std::string& place);

/// The classes of the challenge: the synsets without children, in byte order. The kit numbers them
/// otherwise: its number i stands for `wnids[i - 1]`.
struct DevkitClasses {
  std::vector<std::string> wnids;   ///< by the kit's numbers
  std::vector<std::string> sorted;  ///< by label
};
/// Error (data) naming `place` unless the childless are numbered 1 ... n, each with an id of its
/// own.
[[nodiscard]] VGGFLOW_API DevkitClasses devkit_classes(const std::vector<Synset>& synsets,
                                                       const std::string& place);

/// Image k is ILSVRC2012_val_%08d of k, from 1. Error (data) at "PLACE:LINE" for a number that
/// stands for no class.
[[nodiscard]] VGGFLOW_API Annotations devkit_annotations(const DevkitClasses& classes,
                                                         const std::vector<std::int32_t>& truth,
                                                         const std::string& place);

}  // namespace vggflow
