#pragma once

#include <cstdint>

#include "base/export.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// The learning rate of an iteration (from 0) when `per_epoch` iterations make an epoch.
[[nodiscard]] VGGFLOW_API double learning_rate(const TrainSpec& train, std::uint64_t iteration,
                                               std::uint64_t per_epoch);

}  // namespace vggflow
