#include "stages/dataset/principal_axes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace vggflow {
namespace {

using Matrix = std::array<double, 9>;

/// Symmetric matrices: any, with close and equal eigenvalues, of low rank, of far scales.
std::vector<Matrix> matrices() {
  std::vector<Matrix> all{
      {},
      {1, 0, 0, 0, 1, 0, 0, 0, 1},
      {1, 0, 0, 0, 3, 0, 0, 0, 2},
      {1, 1, 1, 1, 1, 1, 1, 1, 1},
      {2, 1, 0, 1, 2, 0, 0, 0, 3},
      {1, 1e-12, 0, 1e-12, 1, 0, 0, 0, 1},
      {1e-300, 1e-300, 0, 1e-300, 3e-300, 0, 0, 0, 2e-300},
      {1e8, 2e8, 0, 2e8, 1e8, 1e-3, 0, 1e-3, 1e-6},
      // ImageNet's, as fb.resnet.torch has it, about.
      {0.0794, 0.0722, 0.0688, 0.0722, 0.0755, 0.0735, 0.0688, 0.0735, 0.0838},
  };
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 200; ++i) {
    double f[9];
    for (double& entry : f) entry = normal(random);
    Matrix m{};
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 3; ++column) {
        for (int k = 0; k < 3; ++k) m[3 * row + column] += f[3 * row + k] * f[3 * column + k];
      }
    }
    for (const auto& [one, other] : {std::pair{1, 3}, {2, 6}, {5, 7}}) m[other] = m[one];
    if (i % 2 == 1) m[0] -= 2;  // not always positive definite
    all.push_back(m);
  }
  return all;
}

/// At least the norm; squares would underflow.
double norm(const Matrix& m) {
  double most = 0;
  for (const double entry : m) most = std::max(most, std::abs(entry));
  return 3 * most;
}

TEST(PrincipalAxes, AreOrthonormalEigenvectorsInDescendingOrder) {
  for (const Matrix& m : matrices()) {
    const PrincipalAxes axes = principal_axes(m);
    EXPECT_GE(axes.values[0], axes.values[1]);
    EXPECT_GE(axes.values[1], axes.values[2]);
    for (int i = 0; i < 3; ++i) {
      double most = 0;
      for (int row = 0; row < 3; ++row) {
        double image = 0;
        for (int k = 0; k < 3; ++k) image += m[3 * row + k] * axes.vectors[3 * k + i];
        EXPECT_NEAR(image, axes.values[i] * axes.vectors[3 * row + i], 4e-15 * norm(m));
        const double entry = axes.vectors[3 * row + i];
        if (std::abs(entry) > std::abs(most)) most = entry;
      }
      EXPECT_GT(most, 0);
      for (int j = 0; j < 3; ++j) {
        double dot = 0;
        for (int k = 0; k < 3; ++k) dot += axes.vectors[3 * k + i] * axes.vectors[3 * k + j];
        EXPECT_NEAR(dot, i == j, 4e-15);
      }
    }
  }
}

TEST(PrincipalAxes, HaveTheEigenvaluesThatNumpyFinds) {
  std::string rows;
  for (const Matrix& m : matrices()) {
    for (const double entry : m) {
      char text[40];
      std::snprintf(text, sizeof text, "%a ", entry);
      rows += text;
    }
    rows += "\n";
  }
  const std::string command =
      "/usr/bin/python3 -c \"import sys, numpy as np\n"
      "for line in '''" +
      rows +
      "'''.splitlines():\n"
      "  m = np.array([float.fromhex(x) for x in line.split()]).reshape(3, 3)\n"
      "  print(*[v.hex() for v in np.linalg.eigvalsh(m)[::-1]])\"";
  const std::unique_ptr<FILE, int (*)(FILE*)> answer(::popen(command.c_str(), "r"), ::pclose);
  ASSERT_TRUE(answer);
  for (const Matrix& m : matrices()) {
    const PrincipalAxes axes = principal_axes(m);
    for (int i = 0; i < 3; ++i) {
      double expected = 0;
      ASSERT_EQ(std::fscanf(answer.get(), "%la", &expected), 1);
      EXPECT_NEAR(axes.values[i], expected, 4e-15 * norm(m));
    }
  }
}

}  // namespace
}  // namespace vggflow
