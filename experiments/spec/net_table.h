#pragma once

#include <string>

#include "nets/net.h"

namespace vggflow {

/// The net layer by layer: output shape (channels x height x width) and learned parameters, and
/// what they add up to.
[[nodiscard]] std::string net_table(const Net& net);

}  // namespace vggflow
