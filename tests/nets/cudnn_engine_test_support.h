#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/cuda/device.h"
#include "nets/engine.h"
#include "tests/nets/onednn_test_support.h"

namespace vggflow {

/// Skips, saying why, where no card can be used.
class OnACard : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = cuda::why_unusable(); !why.empty()) GTEST_SKIP() << why;
  }
};

/// What an engine of that precision and the reference may differ by, relative to a tensor's largest
/// value.
inline double tolerance(Precision precision) {
  switch (precision) {
    case Precision::bf16:
      return 2e-2;
    case Precision::tf32:
      return 1e-3;
    case Precision::f32:
      return 1e-4;
  }
  return 0;
}

inline EngineOptions card_options(int batch, Precision precision, bool deterministic = false) {
  EngineOptions options = training_options(batch);
  options.card = {.precision = precision, .deterministic = deterministic};
  return options;
}

inline void expect_close(const std::vector<float>& got, const std::vector<float>& wanted,
                         double relative, const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  const double allowed = relative * largest(wanted) + 1e-7;
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_NEAR(got[i], wanted[i], allowed) << what << "[" << i << "]";
  }
}

inline void expect_close(const Parameters& got, const Parameters& wanted, double relative,
                         const std::string& what) {
  ASSERT_EQ(got.tensors.size(), wanted.tensors.size()) << what;
  for (std::size_t i = 0; i < got.tensors.size(); ++i) {
    ASSERT_EQ(got.tensors[i].name, wanted.tensors[i].name);
    expect_close(got.tensors[i].values, wanted.tensors[i].values, relative,
                 what + " " + got.tensors[i].name);
  }
}

}  // namespace vggflow
