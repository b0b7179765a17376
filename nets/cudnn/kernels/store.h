#pragma once

#include "base/cuda/stream.h"
#include "base/export.h"
#include "nets/cudnn/kernels/step.h"

namespace vggflow::cudnn {

/// Puts a value into the card's memory, in the stream's order: it travels with the launch, so no
/// buffer of the host has to be kept for it.
VGGFLOW_API void store(const DeviceStep& value, DeviceStep* to, const cuda::Stream& stream);
VGGFLOW_API void store(const DeviceRates& value, DeviceRates* to, const cuda::Stream& stream);

}  // namespace vggflow::cudnn
