#pragma once

#include <cstdint>
#include <span>

#include "base/export.h"

namespace vggflow {

/// Error in percent, `100 * np.mean(wrong)` to the last bit: the share of images whose right class
/// is not among the best `k` scores. Ties go to the lower class index; a row with a NaN counts as
/// wrong. `scores` is (images, classes) f32.
[[nodiscard]] VGGFLOW_API double top_k_error(std::span<const float> scores,
                                             std::span<const std::int32_t> labels, int classes,
                                             int k);

}  // namespace vggflow
