#include "nets/comm/connect.h"

#include "base/error.h"
#include "nets/comm/launch.h"
#include "nets/comm/load_module.h"
#include "nets/comm/mpi_module.h"

namespace vggflow {
namespace {

std::string text_of(const Launch& launched) {
  return launched.launcher + " started " + std::to_string(launched.size) + " processes";
}

}  // namespace

std::shared_ptr<Communicator> connect() {
  const Launch launched = launch();
  if (launched.size == 1) return single_process();
  const auto start = reinterpret_cast<StartMpi*>(function_of_module(kMpiModule, kStartMpi));
  if (start == nullptr) {
    throw Error(Origin::usage,
                text_of(launched) +
                    ", and this build has no MPI; allowed: one process, or a build that found MPI "
                    "(libopenmpi-dev)");
  }
  std::shared_ptr<Communicator> all;
  start(all);
  if (all->rank() != launched.rank || all->size() != launched.size) {
    throw Error(Origin::system,
                text_of(launched) + ", but this one is rank " + std::to_string(all->rank()) +
                    " of " + std::to_string(all->size()) +
                    " for MPI: the launcher is of another MPI than this build's, or (srun) wants "
                    "--mpi=pmix");
  }
  return all;
}

}  // namespace vggflow
