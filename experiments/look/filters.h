#pragma once

#include <filesystem>

#include "base/export.h"
#include "base/image.h"
#include "nets/parameters.h"

namespace vggflow {

/// The filters of a first layer, (filters, 3, height, width), as a sheet of eight columns: each
/// weight is a square of `factor` = max(1, 48 / longest side) px, 4 px of black between filters and
/// around them. One scale for the whole sheet: a weight w is the level round(127.5 + 127.5 w / a),
/// a being the largest |w| (1 if all are zero), so that grey is zero. Channels are shown in the
/// tensor's order. Error (data) for a tensor of another shape, or weights that are not finite.
[[nodiscard]] VGGFLOW_API Image filter_sheet(const Tensor& weights);

/// The first tensor of a weights file, channels in RGB order; reads no other.
/// Error (data) for a missing, damaged or foreign file.
[[nodiscard]] VGGFLOW_API Tensor load_first_filters(const std::filesystem::path& path);

}  // namespace vggflow
