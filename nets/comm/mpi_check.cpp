#include "nets/comm/mpi_check.h"

#include <mpi.h>

#include <string>

#include "base/error.h"

namespace vggflow {

void check_mpi(int status, const char* call) {
  if (status == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(status, text, &length);
  throw Error(Origin::system,
              std::string(call) + ": " + std::string(text, static_cast<std::size_t>(length)));
}

}  // namespace vggflow
