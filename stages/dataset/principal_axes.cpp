#include "stages/dataset/principal_axes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vggflow {
namespace {

constexpr std::size_t kSides = 3;
constexpr int kMostSweeps = 64;  // convergence is quadratic: about eight are enough

using Matrix = std::array<std::array<double, kSides>, kSides>;

/// a <- J^T a J and v <- v J with the rotation J in the plane (p, q) that makes a[p][q] vanish.
void rotate(Matrix& a, Matrix& v, std::size_t p, std::size_t q) {
  if (a[p][q] == 0) return;
  const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const double tangent =
      (theta < 0 ? -1 : 1) / (std::abs(theta) + std::hypot(theta, 1.0));  // the smaller rotation
  const double cosine = 1 / std::hypot(tangent, 1.0);
  const double sine = tangent * cosine;
  const double moved = tangent * a[p][q];
  a[p][p] -= moved;
  a[q][q] += moved;
  a[p][q] = a[q][p] = 0;
  const std::size_t other = kSides - p - q;
  const double to_p = a[other][p];
  const double to_q = a[other][q];
  a[other][p] = a[p][other] = cosine * to_p - sine * to_q;
  a[other][q] = a[q][other] = sine * to_p + cosine * to_q;
  for (auto& row : v) {
    const double in_p = row[p];
    row[p] = cosine * in_p - sine * row[q];
    row[q] = sine * in_p + cosine * row[q];
  }
}

/// The entry of greatest magnitude in a column; the first of several.
double leading(const Matrix& v, std::size_t column) {
  double most = 0;
  for (const auto& row : v) {
    if (std::abs(row[column]) > std::abs(most)) most = row[column];
  }
  return most;
}

}  // namespace

PrincipalAxes principal_axes(const std::array<double, 9>& matrix) {
  Matrix a{};
  Matrix v{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  for (std::size_t row = 0; row < kSides; ++row) {
    for (std::size_t column = row; column < kSides; ++column) {
      a[row][column] = a[column][row] = matrix[kSides * row + column];
    }
  }
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    if (a[0][1] == 0 && a[0][2] == 0 && a[1][2] == 0) break;
    rotate(a, v, 0, 1);
    rotate(a, v, 0, 2);
    rotate(a, v, 1, 2);
  }
  std::array<std::size_t, kSides> order{0, 1, 2};
  std::ranges::stable_sort(order, [&](std::size_t i, std::size_t j) { return a[i][i] > a[j][j]; });
  PrincipalAxes axes;
  for (std::size_t column = 0; column < kSides; ++column) {
    const std::size_t from = order[column];
    const double sign = leading(v, from) < 0 ? -1 : 1;
    axes.values[column] = a[from][from];
    for (std::size_t row = 0; row < kSides; ++row) {
      axes.vectors[kSides * row + column] = sign * v[row][from];
    }
  }
  return axes;
}

}  // namespace vggflow
