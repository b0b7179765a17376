#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/error.h"
#include "nets/engine.h"
#include "tests/nets/tiny.h"

namespace vggflow {

/// The reference engine with random_parameters() loaded.
inline std::unique_ptr<Engine> engine_of(const Net& net, const EngineOptions& options) {
  auto engine = make_engine("reference", net, options);
  engine->load(random_parameters(net));
  return engine;
}

inline void expect_equal(const Parameters& a, const Parameters& b, float tolerance = 0) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    EXPECT_THAT(a.tensors[i].values,
                ::testing::Pointwise(::testing::FloatNear(tolerance), b.tensors[i].values))
        << a.tensors[i].name;
  }
}

inline bool equal(const Parameters& a, const Parameters& b) {
  return std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), b.tensors.end(),
                    [](const Tensor& x, const Tensor& y) { return x.values == y.values; });
}

inline Step step_of(const Batch& batch, std::uint64_t iteration = 0,
                    std::uint64_t first_position = 0) {
  double sum = 0;
  for (const float w : batch.weights) sum += w;
  return {iteration, first_position, sum};
}

/// A matcher of an Error of origin `engine` whose message holds the text.
inline auto engine_error(const std::string& text) {
  return ::testing::Throws<Error>(
      ::testing::AllOf(::testing::Property(&Error::origin, Origin::engine),
                       ::testing::Property(&Error::message, ::testing::HasSubstr(text))));
}

}  // namespace vggflow
