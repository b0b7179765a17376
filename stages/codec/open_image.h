#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <span>

#include "base/export.h"
#include "pipeline/image_source.h"

namespace vggflow {

/// Opens an encoded image by its first bytes, whatever its name: JPEG (grey, YCbCr, RGB, CMYK,
/// YCCK; baseline, progressive), PNG (every kind). All become RGB, byte for byte as Pillow 9.4 does
/// in `Image.open(file).convert("RGB")`; orientation tags are ignored, alpha is dropped. The source
/// lives in `memory`; bytes and memory outlive it. Error (data) saying what the bytes look like.
[[nodiscard]] VGGFLOW_API std::shared_ptr<ImageSource> open_image(
    std::span<const std::byte> encoded,
    std::pmr::memory_resource* memory = std::pmr::get_default_resource());

}  // namespace vggflow
