#pragma once

#include "base/export.h"
#include "experiments/run/experiment.h"
#include "experiments/spec/spec.h"
#include "nets/parameters.h"

namespace vggflow {

/// The weights training starts from.
struct InitialWeights {
  Parameters parameters;
  std::string sha256;  ///< `Weights::sha256` of what `init.from` gave; empty when all is random
};

/// The weights file that `init.from` names: a path ending in .h5, or else OUT/<from>/weights.h5,
/// whether it is there or not.
[[nodiscard]] VGGFLOW_API std::filesystem::path initial_source(const Spec& spec,
                                                               const RunOptions& options);

/// Random weights, then the layers that `init.from` gives; the log says which were taken and which
/// stay random. Error (data) when the file is missing, lacks a layer that is taken or has it in
/// another shape (naming both).
[[nodiscard]] VGGFLOW_API InitialWeights initial_weights(const Spec& spec,
                                                         const RunOptions& options);

}  // namespace vggflow
