#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cuda/stream.h"
#include "base/export.h"

namespace vggflow::cudnn {

/// Of `scratch` in column_sums().
[[nodiscard]] VGGFLOW_API std::size_t column_sums_scratch_bytes(std::int64_t n, int columns);

/// sums[c] = the sum of column c of `rows`, (n, columns) row-major, in f32; with `add`, sums[c] +=
/// it. That is the gradient of a bias. `columns` is a multiple of 8. The order of summation depends
/// on n, columns and T alone. T: float or cuda::BFloat16.
template <class T>
VGGFLOW_API void column_sums(const T* rows, std::int64_t n, int columns, float* sums,
                             float* scratch, bool add, const cuda::Stream& stream);

}  // namespace vggflow::cudnn
