#include "nets/comm/launch.h"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace vggflow {
namespace {

struct Variables {
  const char* size;
  const char* rank;
  const char* launcher;
};

/// Open MPI (ORTE and PRRTE); PMI as MPICH, Intel MPI and others have it; Slurm: SLURM_NTASKS is of
/// the job, SLURM_STEP_NUM_TASKS of what one `srun` started. The first that is there counts: under
/// `srun`, PMI tells the same as Slurm.
constexpr Variables kLaunchers[] = {
    {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "mpirun"},
    {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "srun"},
    {"PMI_SIZE", "PMI_RANK", "mpiexec"},
};

std::optional<int> number_in(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) return std::nullopt;
  const std::string_view text = value;
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Launch launch() {
  for (const Variables& names : kLaunchers) {
    const auto size = number_in(names.size);
    const auto rank = number_in(names.rank);
    if (size && rank && *rank >= 0 && *rank < *size) return {*rank, *size, names.launcher};
  }
  return {};
}

}  // namespace vggflow
