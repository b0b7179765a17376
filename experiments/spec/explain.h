#pragma once

#include <string>

#include "base/export.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// The resolved spec as YAML; the net, layer by layer, with shapes and parameters; the flow graph
/// as text, for training and for each evaluation: which stages run, what is deferred to the render
/// and what renders early, where the colour map is applied.
[[nodiscard]] VGGFLOW_API std::string explain(const Spec& spec);

/// What `vggflow stages` prints: every stage with role, doc, parameters, defaults, units, bounds.
[[nodiscard]] VGGFLOW_API std::string describe_stages();

}  // namespace vggflow
