#pragma once

#include <cstddef>
#include <memory>

#include "nets/comm/communicator.h"

namespace vggflow {

/// What needs NCCL is a library of its own, as what needs MPI is.
inline constexpr const char* kNcclModule = "libvggflow_nccl.so";
inline constexpr const char* kStartNccl = "vggflow_start_nccl";
/// Puts the communicator with cards in the place of the one without.
using StartNccl = void(std::shared_ptr<Communicator>& host, std::size_t bucket_bytes);

}  // namespace vggflow

extern "C" VGGFLOW_API vggflow::StartNccl vggflow_start_nccl;
