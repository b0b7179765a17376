#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <string_view>

#include "pipeline/picture.h"

namespace vggflow {

/// One image on its way to one slot of a batch, as the stages see it.
struct Sample {
  std::uint64_t id = 0;  ///< rank in (class, file name) byte order
  std::int32_t label = 0;
  std::string_view name;  ///< "class/file", for messages
  std::uint32_t epoch = 0;
  std::span<const std::byte> encoded;  ///< the file's bytes; outlive the sample
  /// Where what is needed for this image alone is allocated: once warm, from memory of earlier
  /// ones. Used by one thread at a time; outlives the sample.
  std::pmr::memory_resource* memory = std::pmr::get_default_resource();
  Picture picture;  ///< empty until the `decode` stage has run
};

}  // namespace vggflow
