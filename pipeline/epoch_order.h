#pragma once

#include <cstdint>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// The order in which an epoch visits `count` images: Fisher-Yates over Philox draws keyed by
/// (seed, epoch). The same on every platform.
[[nodiscard]] VGGFLOW_API std::vector<std::uint32_t> epoch_order(std::uint64_t seed,
                                                                 std::uint32_t epoch,
                                                                 std::uint32_t count);

}  // namespace vggflow
