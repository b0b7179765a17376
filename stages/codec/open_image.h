#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/export.h"
#include "pipeline/image_source.h"

namespace vggflow {

/// Opens an encoded image by its first bytes, whatever its name: JPEG (grey, YCbCr, RGB, CMYK,
/// YCCK; baseline, progressive), PNG (every kind). All become RGB, byte for byte as Pillow 9.4 does
/// in `Image.open(file).convert("RGB")`; orientation tags are ignored, alpha is dropped. The bytes
/// outlive the source. Error (data) saying what the bytes look like.
[[nodiscard]] VGGFLOW_API std::unique_ptr<ImageSource> open_image(
    std::span<const std::byte> encoded);

}  // namespace vggflow
