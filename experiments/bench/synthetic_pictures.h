#pragma once

#include <cstdint>
#include <memory>

#include "base/export.h"
#include "pipeline/dataset.h"

namespace vggflow {

/// JPEGs in memory, all of one class, in sizes that are common in ILSVRC: 500x375 most of all,
/// 375x500, 500x333 ... Patches of colour under noise: of some 100 kB, as photographs are.
[[nodiscard]] VGGFLOW_API std::unique_ptr<Dataset> synthetic_pictures(std::uint64_t images);

}  // namespace vggflow
