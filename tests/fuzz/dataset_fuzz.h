#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vggflow::testing {

/// Any bytes as the file of a `kind` source ("tar", "list"): it is opened, asked for all that it
/// says of its images, and every image is read. An Error is what damaged files come to.
void open_and_read(std::string_view kind, std::span<const std::uint8_t> bytes);

}  // namespace vggflow::testing
