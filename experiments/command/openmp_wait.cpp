#include "experiments/command/openmp_wait.h"

#include <unistd.h>

#include <cstdlib>

namespace vggflow {

void wait_passively(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr) return;
  if (::setenv("OMP_WAIT_POLICY", "passive", 1) != 0) return;
  ::execv("/proc/self/exe", argv);  // comes back only if it failed: then go on, spinning
}

}  // namespace vggflow
