#include <array>

#include "tests/nets/cudnn_on_host.h"
#include "tests/nets/cudnn_test_support.h"

namespace vggflow::cudnn {
namespace {

constexpr std::int64_t kElements = 128;
// Gaps at both ends and in between, neighbours without one, one that is frozen.
const std::vector<Segment> kSegments = {
    {8, 16, 1}, {16, 48, 2}, {56, 64, 0}, {64, 72, 0.1F}, {96, 120, 1}};
constexpr DeviceRates kRates{0.01F, 0.9F, 5e-4F};

const Segment* holder(std::int64_t element) {
  for (const Segment& s : kSegments) {
    if (s.begin <= element && element < s.end) return &s;
  }
  return nullptr;
}

template <class T>
struct Trained {
  std::vector<float> weights = normal_values(kElements, 1);
  std::vector<float> momenta = normal_values(kElements, 2);
  std::vector<float> gradients = normal_values(kElements, 3);
  std::vector<T> copy = poisoned<T>(kElements);

  bool step(std::int64_t threads, bool copied = true) {
    const Arena arena{weights.data(), momenta.data(), gradients.data(), kSegments.data(),
                      static_cast<int>(kSegments.size())};
    return on_host::sgd_step(arena, copied ? copy.data() : nullptr, kElements, kRates, threads);
  }
};

template <class T>
class CudnnSgd : public testing::Test {};
TYPED_TEST_SUITE(CudnnSgd, ElementTypes);

TYPED_TEST(CudnnSgd, MakesTheDefinedStepInF32) {
  Trained<TypeParam> wanted;
  for (std::int64_t e = 0; e < kElements; ++e) {
    const auto i = static_cast<std::size_t>(e);
    const Segment* segment = holder(e);
    if (segment == nullptr) continue;
    float& v = wanted.momenta[i];
    float& w = wanted.weights[i];
    v = kRates.momentum * v -
        kRates.rate * segment->rate_multiplier * (wanted.gradients[i] + kRates.decay * w);
    w += v;
    wanted.copy[i] = TypeParam(w);
  }
  for (const std::int64_t threads : {1, 3, 8, 64}) {
    Trained<TypeParam> got;
    EXPECT_TRUE(got.step(threads));
    expect_same_bits(got.weights, wanted.weights);
    expect_same_bits(got.momenta, wanted.momenta);
    expect_same_bits(got.copy, wanted.copy);
  }
}

TYPED_TEST(CudnnSgd, DoesWithoutACopy) {
  Trained<TypeParam> with;
  Trained<TypeParam> without;
  EXPECT_TRUE(with.step(4));
  EXPECT_TRUE(without.step(4, false));
  expect_same_bits(without.weights, with.weights);
  expect_same_bits(without.copy, poisoned<TypeParam>(kElements));
}

TYPED_TEST(CudnnSgd, TellsOfWeightsThatAreNotFinite) {
  const float inf = std::numeric_limits<float>::infinity();
  for (const float bad : {inf, -inf, std::numeric_limits<float>::quiet_NaN()}) {
    for (std::int64_t e = 0; e < kElements; ++e) {
      Trained<TypeParam> got;
      got.gradients[static_cast<std::size_t>(e)] = bad;
      const Segment* segment = holder(e);
      EXPECT_EQ(got.step(5), segment == nullptr) << "element " << e;
    }
  }
}

TEST(CudnnSegments, AreFoundByAnyStride) {
  for (std::int64_t stride : {4, 8, 20, 60}) {
    int at = 0;
    for (std::int64_t e = 0; e < kElements; e += stride) {
      const auto found = segment_of(kSegments.data(), static_cast<int>(kSegments.size()), e, at);
      EXPECT_EQ(found, holder(e)) << "element " << e;
    }
  }
  int at = 0;
  EXPECT_EQ(segment_of(nullptr, 0, 5, at), nullptr);
}

TEST(CudnnSums, AddElementByElement) {
  const auto a = normal_values(4, 1);
  const auto b = normal_values(4, 2);
  std::vector<float> got(4);
  store(got.data(), sum_of(load(a.data()), load(b.data())));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(got[i], a[i] + b[i]);
}

}  // namespace
}  // namespace vggflow::cudnn
