#pragma once

#include <nccl.h>

#include <string>

namespace vggflow {

/// Error (engine) unless it is a success, or still in progress: "ncclAllReduce: unhandled cuda
/// error
/// ...", with NCCL's last words, `context` and, where one helps, a hint.
void check_nccl(ncclResult_t status, const char* call, const std::string& context = {});

}  // namespace vggflow
