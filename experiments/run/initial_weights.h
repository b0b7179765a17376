#pragma once

#include "base/export.h"
#include "experiments/run/experiment.h"
#include "experiments/spec/spec.h"
#include "nets/parameters.h"

namespace vggflow {

/// The weights training starts from: random, then the layers that `init.from` gives. Error (data)
/// when the file is missing or a taken layer has another shape.
[[nodiscard]] VGGFLOW_API Parameters initial_weights(const Spec& spec, const RunOptions& options);

}  // namespace vggflow
