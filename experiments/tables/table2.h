#pragma once

#include <cstdint>
#include <string>

#include "base/export.h"
#include "nets/net.h"

namespace vggflow {

/// Table 2 of Simonyan & Zisserman, nets A ... E: weight layers, parameters, and what the paper
/// does not give: multiply-adds x 2 forward and activation_bytes() an image.
[[nodiscard]] VGGFLOW_API std::string table2_text();

/// What training keeps of one image for its backward pass, in f32: the picture and the outputs of
/// all layers but ReLU and dropout, which work in place.
[[nodiscard]] VGGFLOW_API std::int64_t activation_bytes(const Net& net);

}  // namespace vggflow
