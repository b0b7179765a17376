#pragma once

#include <string>

#include "base/export.h"
#include "experiments/spec/spec.h"
#include "nets/engine.h"
#include "pipeline/flow.h"

namespace vggflow {

/// Hardware threads this process may use.
[[nodiscard]] VGGFLOW_API int hardware_threads();

/// The processor's model name.
[[nodiscard]] VGGFLOW_API std::string processor();

/// The flow's options of a spec: workers 0 becomes all of the machine.
[[nodiscard]] VGGFLOW_API FlowOptions flow_options(const Spec& spec);

/// The same of a flow that feeds the spec's engine: batches go to the card if the engine is there.
[[nodiscard]] VGGFLOW_API FlowOptions feeding_options(const Spec& spec);

/// The engine's name: `auto` becomes the best one of this build and machine.
[[nodiscard]] VGGFLOW_API std::string engine_name(const Spec& spec);

/// The engine's options to score as the spec says.
[[nodiscard]] VGGFLOW_API EngineOptions scoring_options(const Spec& spec, Aggregate aggregate);

/// The engine's options to train as the spec, which has a `train:`, says.
[[nodiscard]] VGGFLOW_API EngineOptions training_options(const Spec& spec);

}  // namespace vggflow
