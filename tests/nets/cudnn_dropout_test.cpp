#include <string>

#include "tests/nets/cudnn_on_host.h"
#include "tests/nets/cudnn_test_support.h"

namespace vggflow::cudnn {
namespace {

struct DropoutCase {
  MapShape shape;
  int channels;
};
const DropoutCase kCases[] = {{{3, 1, 1, 8}, 5}, {{2, 1, 1, 24}, 24}, {{2, 2, 2, 16}, 13},
                              {{2, 3, 5, 8}, 5}, {{1, 1, 3, 16}, 11}, {{2, 4, 7, 8}, 8},
                              {{1, 1, 1, 8}, 1}};
// The positions of the slots go beyond 32 bits.
const DeviceStep kStep{5, (std::uint64_t{1} << 32) - 1, 0};
constexpr std::uint64_t kSeed = 11;

template <class T>
class CudnnDropout : public testing::Test {
 protected:
  static std::vector<T> map(const DropoutCase& c, std::uint64_t seed) {
    auto values = rounded<T>(normal_values(c.shape.elements(), seed));
    zero_padding(values, c.shape, c.channels);
    return values;
  }
  // By the reference engine's masks.
  static std::vector<T> dropped(const DropoutCase& c, const std::vector<T>& values, int layer,
                                double probability) {
    std::vector<T> out(values.size(), T(0));
    const std::int64_t area = std::int64_t{c.shape.height} * c.shape.width;
    for (int n = 0; n < c.shape.slots; ++n) {
      const auto mask = reference::dropout_mask(
          {kSeed, kStep.iteration, kStep.first_position + static_cast<std::uint64_t>(n)}, layer,
          probability, static_cast<std::size_t>(c.channels * area));
      for (std::int64_t e = 0; e < c.channels * area; ++e) {
        const auto at =
            static_cast<std::size_t>((n * area + e % area) * c.shape.channels + e / area);
        const auto factor = static_cast<float>(mask[static_cast<std::size_t>(e)]);
        out[at] = factor > 0 ? T(widened(values[at]) * factor) : T(0);
      }
    }
    return out;
  }
  static DropoutRule rule(int layer, double probability) {
    return dropout_rule(stream_key(kSeed, "dropout#" + std::to_string(layer)), probability);
  }
};
TYPED_TEST_SUITE(CudnnDropout, ElementTypes);

TYPED_TEST(CudnnDropout, DropsWhatTheDefinedMasksDrop) {
  for (const DropoutCase& c : kCases) {
    for (const double probability : {0.0, 0.3, 0.5, 0.999}) {
      for (const int layer : {0, 1}) {
        auto values = this->map(c, 1);
        const auto wanted = this->dropped(c, values, layer, probability);
        on_host::dropout(values.data(), c.shape, c.channels, this->rule(layer, probability), kStep);
        expect_same_bits(values, wanted, std::to_string(c.channels) + " channels");
      }
    }
  }
}

TYPED_TEST(CudnnDropout, ProbabilityZeroKeepsAllAsItIs) {
  for (const DropoutCase& c : kCases) {
    auto values = this->map(c, 1);
    const auto before = values;
    on_host::dropout(values.data(), c.shape, c.channels, this->rule(0, 0), kStep);
    expect_same_bits(values, before);
  }
}

TYPED_TEST(CudnnDropout, PaddingBecomesZerosAndWhatIsDroppedToo) {
  for (const DropoutCase& c : kCases) {
    auto values = poisoned<TypeParam>(c.shape.elements());
    on_host::dropout(values.data(), c.shape, c.channels, this->rule(0, 0.5), kStep);
    const auto wanted = this->dropped(c, values, 0, 0.5);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (bits(wanted[i]) == bits(TypeParam(0))) {
        ASSERT_EQ(bits(values[i]), bits(TypeParam(0))) << i;
      } else {
        ASSERT_TRUE(std::isnan(widened(values[i]))) << i;
      }
    }
  }
}

TYPED_TEST(CudnnDropout, GroupsWriteEachElementOnce) {
  for (const DropoutCase& c : kCases) {
    // Not to be told from what is written if that were scaled poison.
    auto values = poisoned<TypeParam>(c.shape.elements());
    const DropoutRule all = this->rule(0, 0.999999);
    expect_each_written_once(values, dropout_groups<TypeParam>(c.shape), [&](std::int64_t i) {
      drop_group(values.data(), c.shape, c.channels, all, kStep, i);
    });
  }
}

// A mask that is drawn anew, then ReLU's, is the one that the output shows.
TYPED_TEST(CudnnDropout, GradientByTheOutputIsThatBeforeTheRelu) {
  const DropoutCase c{{2, 3, 5, 8}, 8};
  auto activations = rounded<TypeParam>(few_values(c.shape.elements(), 1));
  on_host::relu(activations);
  const auto output = this->dropped(c, activations, 0, 0.3);
  auto wanted = this->map(c, 2);
  auto got = wanted;
  on_host::dropout(wanted.data(), c.shape, c.channels, this->rule(0, 0.3), kStep);
  on_host::mask_relu(activations, wanted);
  on_host::dropout_gradient(output, got, this->rule(0, 0.3).scale);
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(widened(got[i]), widened(wanted[i])) << i;
  }
}

}  // namespace
}  // namespace vggflow::cudnn
