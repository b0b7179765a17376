#pragma once

#include <cstdint>

#include "base/cuda/stream.h"
#include "base/export.h"

namespace vggflow::cudnn {

/// Each of the n rows of (n, columns) becomes `bias`, (columns); `columns` is a multiple of 8.
VGGFLOW_API void fill_rows(float* rows, std::int64_t n, int columns, const float* bias,
                           const cuda::Stream& stream);

}  // namespace vggflow::cudnn
