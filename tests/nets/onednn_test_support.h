#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "nets/engine.h"
#include "tests/nets/tiny.h"

namespace vggflow {

/// What two engines in f32 and double may differ by, relative to a tensor's largest value.
inline constexpr double kTolerance = 1e-4;

inline EngineOptions training_options(int batch, int threads = 1) {
  EngineOptions options;
  options.batch = batch;
  options.seed = 11;
  options.threads = threads;
  return options;
}

inline double largest(const std::vector<float>& values) {
  double most = 0;
  for (const float v : values) most = std::max(most, std::abs(static_cast<double>(v)));
  return most;
}

inline void expect_near(const std::vector<float>& got, const std::vector<float>& wanted,
                        const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  const double allowed = kTolerance * largest(wanted) + 1e-7;
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_NEAR(got[i], wanted[i], allowed) << what << "[" << i << "]";
  }
}

inline void expect_near(const Parameters& got, const Parameters& wanted, const std::string& what) {
  ASSERT_EQ(got.tensors.size(), wanted.tensors.size()) << what;
  for (std::size_t i = 0; i < got.tensors.size(); ++i) {
    ASSERT_EQ(got.tensors[i].name, wanted.tensors[i].name);
    ASSERT_EQ(got.tensors[i].dims, wanted.tensors[i].dims);
    expect_near(got.tensors[i].values, wanted.tensors[i].values, what + " " + got.tensors[i].name);
  }
}

inline void expect_same(const Parameters& got, const Parameters& wanted, const std::string& what) {
  ASSERT_EQ(got.tensors.size(), wanted.tensors.size()) << what;
  for (std::size_t i = 0; i < got.tensors.size(); ++i) {
    EXPECT_EQ(got.tensors[i].values, wanted.tensors[i].values)
        << what << " " << got.tensors[i].name;
  }
}

inline std::unique_ptr<Engine> loaded(const char* name, const Net& net,
                                      const EngineOptions& options) {
  auto engine = make_engine(name, net, options);
  engine->load(random_parameters(net));
  return engine;
}

/// The first `count` steps of some training.
inline void train(Engine& engine, const Net& net, int slots, int count, int from = 0) {
  for (int i = from; i < from + count; ++i) {
    const auto seed = static_cast<std::uint64_t>(i);
    const Batch batch = random_batch(slots, net.input, classes(net), seed);
    const auto position = static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(slots);
    engine.accumulate(batch, {seed, position, static_cast<double>(slots)});
    engine.update({0.02, 0.9, 5e-3});
  }
}

}  // namespace vggflow
