#include "nets/comm/connect.h"

#include <dlfcn.h>

#include <filesystem>

#include "base/error.h"
#include "nets/comm/launch.h"
#include "nets/comm/mpi_module.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;

/// Beside libvggflow.so.
fs::path module_path() {
  Dl_info here{};
  ::dladdr(reinterpret_cast<const void*>(&connect), &here);
  return fs::path(here.dli_fname).parent_path() / kMpiModule;
}

std::string text_of(const Launch& launched) {
  return launched.launcher + " started " + std::to_string(launched.size) + " processes";
}

/// Never closed: MPI can be started once in a process. Its own plugins look for its symbols.
void* open_module(const fs::path& path) {
  if (void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL)) return module;
  const char* reason = ::dlerror();
  throw Error(Origin::system, std::string("cannot be loaded: ") + (reason ? reason : "no reason"),
              path.string());
}

}  // namespace

std::shared_ptr<Communicator> connect() {
  const Launch launched = launch();
  if (launched.size == 1) return single_process();
  const fs::path path = module_path();
  if (!fs::exists(path)) {
    throw Error(Origin::usage, text_of(launched) +
                                   ", and this build has no MPI; allowed: one process, or a "
                                   "build that found MPI (libopenmpi-dev)");
  }
  const auto start = reinterpret_cast<StartMpi*>(::dlsym(open_module(path), kStartMpi));
  if (start == nullptr) throw Error(Origin::system, "is of another vggflow", path.string());
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
