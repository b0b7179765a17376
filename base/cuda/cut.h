#pragma once

#include "base/cut.h"

namespace vggflow::cuda {

using vggflow::Cut;

}  // namespace vggflow::cuda
