#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/export.h"
#include "pipeline/image_source.h"

namespace vggflow {

/// Opens an encoded image by its first bytes, whatever its name: JPEG (RGB, YCbCr, grey), PNG. Grey
/// becomes RGB. The bytes outlive the source. Error (data) saying what the bytes look like.
[[nodiscard]] VGGFLOW_API std::unique_ptr<ImageSource> open_image(
    std::span<const std::byte> encoded);

}  // namespace vggflow
