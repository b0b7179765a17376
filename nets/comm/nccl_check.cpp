#include "nets/comm/nccl_check.h"

#include "base/error.h"

namespace vggflow {
namespace {

const char* hint(ncclResult_t status) {
  switch (status) {
    case ncclSystemError:
    case ncclRemoteError:
      return "; another process may be gone, or the network between the hosts fails; NCCL_DEBUG="
             "INFO says more";
    case ncclInvalidUsage:
      return "; NCCL wants a card of its own for each process; NCCL_DEBUG=WARN says more";
    case ncclUnhandledCudaError:
      return "; the driver may be too old for this NCCL; NCCL_DEBUG=WARN says more";
    default:
      return "";
  }
}

}  // namespace

void check_nccl(ncclResult_t status, const char* call, const std::string& context) {
  if (status == ncclSuccess || status == ncclInProgress) return;
  std::string text = std::string(call) + ": " + ncclGetErrorString(status);
  const char* last = ncclGetLastError(nullptr);
  if (last != nullptr && *last != '\0') text += " (" + std::string(last) + ")";
  if (!context.empty()) text += ", " + context;
  throw Error(Origin::engine, text + hint(status));
}

}  // namespace vggflow
