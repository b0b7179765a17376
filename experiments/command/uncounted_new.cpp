#include "experiments/command/allocation_counter.h"

namespace vggflow {

AllocationCounter allocation_counter() { return nullptr; }

}  // namespace vggflow
