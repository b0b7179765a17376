#pragma once

#include <map>
#include <string>

#include "base/export.h"
#include "nets/engine.h"
#include "nets/net.h"

namespace vggflow {

/// Of every learned layer: as given, else 1. Error (engine) for a name that is none of the net's
/// learned layers, listing those, and for a multiplier that is negative or no number.
[[nodiscard]] VGGFLOW_API std::map<std::string, double> rate_multipliers(
    const Net& net, const std::map<std::string, double>& given);
/// Those of an engine that trains; of one that only scores, none learns.
[[nodiscard]] std::map<std::string, double> learning_rates(const Net& net,
                                                           const EngineOptions& options);

}  // namespace vggflow
