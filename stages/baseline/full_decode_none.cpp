#include "stages/baseline/baseline.h"

namespace vggflow {

std::unique_ptr<Baseline> full_decode_and_resize() { return nullptr; }

}  // namespace vggflow
