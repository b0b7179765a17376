#pragma once

namespace vggflow {

/// Error (system) with MPI's own text where a call of MPI failed: "MPI_Ibarrier: ...".
void check_mpi(int status, const char* call);

}  // namespace vggflow
