#pragma once

#include <string>

#include "base/export.h"

namespace vggflow {

/// What a launcher says in the environment of each process that it starts.
struct Launch {
  int rank = 0;
  int size = 1;
  std::string launcher = {};  ///< "mpirun", "srun" ...; empty: none
};

/// Of Open MPI's and MPICH's `mpirun` and Slurm's `srun`. The script of a Slurm job is none of the
/// processes of `srun`, whatever its environment tells of the job.
[[nodiscard]] VGGFLOW_API Launch launch();

}  // namespace vggflow
