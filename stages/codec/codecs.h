#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>

#include "pipeline/image_source.h"

namespace vggflow {

/// One function per format, for open_image(), which has looked at the first bytes. Bytes and memory
/// outlive the source. Error (data) if the header is damaged or of a kind that is not supported.
[[nodiscard]] std::shared_ptr<ImageSource> open_jpeg(std::span<const std::byte> encoded,
                                                     std::pmr::memory_resource* memory);
[[nodiscard]] std::shared_ptr<ImageSource> open_png(std::span<const std::byte> encoded,
                                                    std::pmr::memory_resource* memory);

/// Error (data) for sizes that only a damaged or hostile header has.
void require_sane_size(std::uint64_t width, std::uint64_t height);

/// Error (data) if the file is shorter than any that holds such a picture. So what decoding takes
/// is bounded by what was read, not by what a header says.
void require_enough_bytes(std::uint64_t width, std::uint64_t height, std::uint64_t file_bytes,
                          std::uint64_t least_bytes);

}  // namespace vggflow
