#pragma once

#include <array>

#include "base/export.h"

namespace vggflow {

/// Eigenvalues in descending order and unit eigenvectors of a symmetric 3x3 matrix: the columns of
/// `vectors`, (3, 3) row-major, each with its entry of greatest magnitude positive.
struct PrincipalAxes {
  std::array<double, 3> values{};
  std::array<double, 9> vectors{};
};

/// By cyclic Jacobi rotations (Golub and Van Loan, "Matrix Computations", 8.5): accurate for small
/// eigenvalues too, which the closed formula of degree three is not. `matrix`: (3, 3), of which the
/// upper triangle is read.
[[nodiscard]] VGGFLOW_API PrincipalAxes principal_axes(const std::array<double, 9>& matrix);

}  // namespace vggflow
