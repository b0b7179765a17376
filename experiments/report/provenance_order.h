#pragma once

#include "experiments/evaluation/results_file.h"

namespace vggflow {

/// What a reader looks for first stands first (seed, version, commit, device, libraries, started,
/// ended), the rest by name. Without the spec, which is several screens and has its own file.
[[nodiscard]] Provenance in_reading_order(const Provenance& provenance);

}  // namespace vggflow
