#pragma once

#include <cuda_runtime.h>

#include <string>

#include "base/export.h"

/// The CUDA runtime's one home: handles that close themselves, failures as `Error`.
namespace vggflow::cuda {

/// Error (engine) unless `status` is a success: "cudaMemcpyAsync: an illegal memory access was
/// encountered (cudaErrorIllegalAddress)", with `context` (a shape, a layer) and, where one helps,
/// a hint. A failure that later calls would report again is cleared where CUDA can clear it.
VGGFLOW_API void check(cudaError_t status, const char* call, const std::string& context = {});

/// Of the kernel launched just before.
inline void check_launch(const char* kernel) { check(cudaGetLastError(), kernel); }

}  // namespace vggflow::cuda
