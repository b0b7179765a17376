#include "tests/nets/cudnn_on_host.h"
#include "tests/nets/cudnn_test_support.h"

namespace vggflow::cudnn {
namespace {

struct LrnCase {
  MapShape shape;
  int channels;
  Lrn layer;
};
const LrnCase kCases[] = {{{2, 3, 2, 16}, 13, {}},
                          {{2, 1, 3, 8}, 5, {3, 2, 0.5, 0.75}},
                          {{1, 2, 2, 24}, 24, {5, 1, 2, 0.6}},
                          {{1, 2, 2, 8}, 3, {9, 2, 1, 1}},
                          {{1, 1, 2, 8}, 7, {1, 1, 0.3, 0.75}}};

template <class T>
class CudnnLrn : public testing::Test {
 protected:
  static std::vector<T> map(const LrnCase& c, std::uint64_t seed) {
    auto values = rounded<T>(normal_values(c.shape.elements(), seed));
    zero_padding(values, c.shape, c.channels);
    return values;
  }
  static void expect_near(const LrnCase& c, const std::vector<T>& got, int slot,
                          const reference::Map& wanted) {
    const auto all = slot_of(got, c.shape, c.shape.channels, slot);
    for (std::size_t i = 0; i < all.values.size(); ++i) {
      const double want = i < wanted.values.size() ? wanted.values[i] : 0;
      const double allowed = (sizeof(T) == 2 ? 4e-3 : 2e-6) * std::abs(want) + 1e-6;
      ASSERT_NEAR(all.values[i], i < wanted.values.size() ? want : 0, allowed) << i;
    }
  }
};
TYPED_TEST_SUITE(CudnnLrn, ElementTypes);

TYPED_TEST(CudnnLrn, IsTheReferences) {
  for (const LrnCase& c : kCases) {
    const auto in = this->map(c, 1);
    auto out = poisoned<TypeParam>(c.shape.elements());
    on_host::lrn(c.shape, lrn_rule(c.layer, c.channels), in.data(), out.data());
    for (int n = 0; n < c.shape.slots; ++n) {
      this->expect_near(c, out, n, reference::lrn(slot_of(in, c.shape, c.channels, n), c.layer));
    }
  }
}

TYPED_TEST(CudnnLrn, GradientIsTheReferences) {
  for (const LrnCase& c : kCases) {
    const auto in = this->map(c, 1);
    const auto gradient = this->map(c, 2);
    auto got = poisoned<TypeParam>(c.shape.elements());
    on_host::lrn_gradient(c.shape, lrn_rule(c.layer, c.channels), in.data(), gradient.data(),
                          got.data());
    for (int n = 0; n < c.shape.slots; ++n) {
      this->expect_near(c, got, n,
                        reference::lrn_backward(slot_of(in, c.shape, c.channels, n), c.layer,
                                                slot_of(gradient, c.shape, c.channels, n)));
    }
  }
}

}  // namespace
}  // namespace vggflow::cudnn
