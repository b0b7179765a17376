#pragma once

#include <memory>

#include "nets/comm/communicator.h"

namespace vggflow {

/// All that needs MPI is a library of its own, which is loaded where a launcher started several
/// processes: no other run pays for MPI or wants it installed.
inline constexpr const char* kMpiModule = "libvggflow_mpi.so";
inline constexpr const char* kStartMpi = "vggflow_start_mpi";
using StartMpi = void(std::shared_ptr<Communicator>& all);

}  // namespace vggflow

extern "C" VGGFLOW_API vggflow::StartMpi vggflow_start_mpi;
