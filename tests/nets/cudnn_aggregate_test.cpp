#include <numeric>

#include "tests/nets/cudnn_on_host.h"
#include "tests/nets/cudnn_test_support.h"

namespace vggflow::cudnn {
namespace {

constexpr int kClasses = 21;
constexpr int kStride = 24;

// In double, as nets/engine.h says it.
std::vector<double> wanted_posteriors(const std::vector<float>& map, int positions, Aggregate how) {
  std::vector<double> mean(kClasses);
  for (int p = 0; p < positions; ++p) {
    const auto row = map.begin() + p * kStride;
    std::vector<double> values(row, row + kClasses);
    if (how == Aggregate::posteriors) values = reference::softmax(values);
    for (std::size_t c = 0; c < kClasses; ++c) mean[c] += values[c] / positions;
  }
  return how == Aggregate::scores ? reference::softmax(mean) : mean;
}

class CudnnAggregate : public testing::TestWithParam<Aggregate> {};

TEST_P(CudnnAggregate, GivesTheMeansPosteriors) {
  for (const int positions : {1, 6, 130}) {
    auto map = normal_values(std::int64_t{positions} * kStride, 1);
    for (float& v : map) v *= 5;
    for (std::size_t i = 0; i < map.size(); ++i) {
      if (i % kStride >= kClasses) map[i] = 1e30F;  // no class, so nobody may look at it
    }
    const auto wanted = wanted_posteriors(map, positions, GetParam());
    for (const int tile : {4, 64}) {
      const auto got =
          on_host::aggregate(map.data(), positions, kClasses, kStride, GetParam(), tile);
      ASSERT_EQ(got.size(), wanted.size());
      for (std::size_t c = 0; c < wanted.size(); ++c) EXPECT_NEAR(got[c], wanted[c], 2e-7);
      EXPECT_NEAR(std::accumulate(got.begin(), got.end(), 0.0), 1, 1e-6);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Both, CudnnAggregate,
                         testing::Values(Aggregate::scores, Aggregate::posteriors));

}  // namespace
}  // namespace vggflow::cudnn
