#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// Error in percent, `100 * np.mean(wrong)` to the last bit: the share of images whose right class
/// is not among the best `k` scores. Ties go to the lower class index; a row with a NaN counts as
/// wrong. `scores` is (images, classes) f32.
[[nodiscard]] VGGFLOW_API double top_k_error(std::span<const float> scores,
                                             std::span<const std::int32_t> labels, int classes,
                                             int k);

/// 1 for every image that counts as wrong in top_k_error(), else 0.
[[nodiscard]] VGGFLOW_API std::vector<std::uint8_t> wrong_images(
    std::span<const float> scores, std::span<const std::int32_t> labels, int classes, int k);

/// Of the images of one class.
struct ClassErrors {
  std::int64_t images = 0;
  double top1_error = 0;  ///< percent; 0 where there are no images
  double top5_error = 0;
};
/// By class.
[[nodiscard]] VGGFLOW_API std::vector<ClassErrors> class_errors(
    std::span<const float> scores, std::span<const std::int32_t> labels, int classes);

/// (classes, classes): how many images of the row's class have their best score in the column's.
/// Rows with a NaN are in no column.
[[nodiscard]] VGGFLOW_API std::vector<std::int32_t> confusion_matrix(
    std::span<const float> scores, std::span<const std::int32_t> labels, int classes);

}  // namespace vggflow
