#include <algorithm>

#include "tests/nets/cudnn_on_host.h"
#include "tests/nets/cudnn_test_support.h"

namespace vggflow::cudnn {
namespace {

constexpr int kClasses = 21;
constexpr int kStride = 24;
const DeviceStep kStep{0, 0, 12.5};
const float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> logits(std::uint64_t seed, float scale = 3) {
  auto row = normal_values(kStride, seed);
  for (float& v : row) v *= scale;
  std::fill(row.begin() + kClasses, row.end(), 1e30F);  // no class, so nobody may look at it
  return row;
}

template <class T>
struct Result {
  DeviceSums sums;
  std::vector<T> gradient = poisoned<T>(kStride);
};

template <class T>
Result<T> loss_of(const std::vector<float>& row, int label, float weight, int threads = 8) {
  Result<T> result;
  result.sums = on_host::softmax_loss(row.data(), kClasses, kStride, kStep, label, weight,
                                      result.gradient.data(), threads);
  return result;
}

template <class T>
class CudnnLoss : public testing::Test {};
TYPED_TEST_SUITE(CudnnLoss, ElementTypes);

TYPED_TEST(CudnnLoss, AndItsGradientAreTheReferences) {
  for (const int threads : {1, 8, 32}) {
    for (const float scale : {0.1F, 3.0F, 300.0F}) {
      const auto row = logits(1, scale);
      const std::vector<double> scores(row.begin(), row.begin() + kClasses);
      for (const int label : {0, 7, kClasses - 1}) {
        const double weight = 0.5;
        const auto got = loss_of<TypeParam>(row, label, 0.5F, threads);
        const double per_sample = weight / kStep.weight_sum;
        EXPECT_NEAR(got.sums.loss, per_sample * reference::softmax_loss(scores, label), 1e-12);
        EXPECT_EQ(got.sums.weight_sum, weight);
        const auto wanted = reference::softmax_loss_gradient(scores, label, per_sample);
        for (std::size_t c = 0; c < kStride; ++c) {
          const double want = c < kClasses ? wanted[c] : 0;
          const double allowed = 1e-9 + std::abs(want) * (sizeof(TypeParam) == 2 ? 4e-3 : 1e-6);
          ASSERT_NEAR(widened(got.gradient[c]), want, allowed) << "class " << c;
        }
      }
    }
  }
}

TYPED_TEST(CudnnLoss, WeightZeroIsZerosWhateverTheScores) {
  auto row = logits(1);
  row[3] = kNan;
  const auto got = loss_of<TypeParam>(row, 3, 0);
  expect_same_bits(got.gradient, std::vector<TypeParam>(kStride, TypeParam(0)));
  EXPECT_EQ(got.sums.loss, 0);
  EXPECT_EQ(got.sums.top1_errors, 0);
  EXPECT_EQ(got.sums.top5_errors, 0);
  EXPECT_EQ(got.sums.weight_sum, 0);
}

// By sorting; ties go to the lower index.
TYPED_TEST(CudnnLoss, ErrorsAreThoseOfTheRank) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto row = few_values(kStride, seed);
    std::fill(row.begin() + kClasses, row.end(), 1e30F);
    std::vector<int> order(kClasses);
    for (int c = 0; c < kClasses; ++c) order[static_cast<std::size_t>(c)] = c;
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      return row[static_cast<std::size_t>(a)] > row[static_cast<std::size_t>(b)];
    });
    for (int rank = 0; rank < kClasses; ++rank) {
      const auto got = loss_of<TypeParam>(row, order[static_cast<std::size_t>(rank)], 0.5F);
      EXPECT_EQ(got.sums.top1_errors, rank >= 1 ? 0.5 : 0);
      EXPECT_EQ(got.sums.top5_errors, rank >= 5 ? 0.5 : 0);
    }
  }
}

TYPED_TEST(CudnnLoss, OfScoresThatAreNotNumbersIsNone) {
  auto row = logits(1);
  row[2] = kNan;
  for (const int label : {2, 0, 5}) {
    const auto got = loss_of<TypeParam>(row, label, 1);
    EXPECT_TRUE(std::isnan(got.sums.loss));
    EXPECT_EQ(got.sums.top1_errors, 1);
    for (std::size_t c = 0; c < kClasses; ++c) {
      EXPECT_TRUE(std::isnan(widened(got.gradient[c]))) << c;
    }
  }
  std::fill_n(row.begin(), kClasses, kNan);
  EXPECT_EQ(loss_of<TypeParam>(row, 20, 1).sums.top5_errors, 1);
}

}  // namespace
}  // namespace vggflow::cudnn
