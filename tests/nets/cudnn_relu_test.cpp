#include "tests/nets/cudnn_on_host.h"
#include "tests/nets/cudnn_test_support.h"

namespace vggflow::cudnn {
namespace {

const float kNan = std::numeric_limits<float>::quiet_NaN();
const float kInf = std::numeric_limits<float>::infinity();

template <class T>
class CudnnRelu : public testing::Test {};
TYPED_TEST_SUITE(CudnnRelu, ElementTypes);

TYPED_TEST(CudnnRelu, ZeroesWhatIsBelowZero) {
  auto values = rounded<TypeParam>(normal_values(64, 1));
  auto wanted = values;
  for (TypeParam& v : wanted) {
    if (widened(v) <= 0) v = TypeParam(0);
  }
  on_host::relu(values);
  expect_same_bits(values, wanted);
}

TYPED_TEST(CudnnRelu, KeepsWhatIsNotANumber) {
  auto values = rounded<TypeParam>({kNan, kInf, -kInf, -0.0F, 0, -1e-38F, 1e-38F, -kNan});
  on_host::relu(values);
  const std::vector<float> wanted = {kNan, kInf, 0, 0, 0, 0, 1e-38F, kNan};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(wanted[i])) {
      EXPECT_TRUE(std::isnan(widened(values[i])));
    } else {
      EXPECT_EQ(bits(values[i]), bits(TypeParam(wanted[i]))) << i;
    }
  }
}

TYPED_TEST(CudnnRelu, MaskLetsThroughWhereTheOutputIsAboveZero) {
  auto output = rounded<TypeParam>(few_values(64, 1));
  output[3] = TypeParam(-0.0F);
  output[5] = TypeParam(kNan);
  auto gradient = rounded<TypeParam>(normal_values(64, 2));
  gradient[7] = TypeParam(kNan);  // held back like any other
  output[7] = TypeParam(0);
  auto wanted = gradient;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!(widened(output[i]) > 0)) wanted[i] = TypeParam(0);
  }
  on_host::mask_relu(output, gradient);
  expect_same_bits(gradient, wanted);
}

}  // namespace
}  // namespace vggflow::cudnn
