#include "experiments/bench/peak_memory.h"

#include <fstream>
#include <string>

#include "base/error.h"

namespace vggflow {

// Not getrusage(): its figure goes back beyond exec(), to the program that started this one.
std::uint64_t peak_rss_bytes() {
  constexpr const char* kStatus = "/proc/self/status";
  std::ifstream status(kStatus);
  for (std::string key; status >> key; status.ignore(1024, '\n')) {
    std::uint64_t kib = 0;
    if (key == "VmHWM:" && status >> kib) return kib * 1024;
  }
  throw Error(Origin::system, "says no peak memory: VmHWM is missing", kStatus);
}

}  // namespace vggflow
