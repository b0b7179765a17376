#include "tests/nets/cudnn_input_support.h"
#include "tests/nets/cudnn_on_host.h"

namespace vggflow::cudnn {
namespace {

template <class T>
class CudnnInput : public testing::Test {
 protected:
  const Batch batch_ = batch_of_maps();
  const on_host::Input input_ = cuts_of(batch_);
};
TYPED_TEST_SUITE(CudnnInput, ElementTypes);

TYPED_TEST(CudnnInput, IsColourAffineToTheBit) {
  auto got = poisoned<TypeParam>(input_elements(this->batch_));
  on_host::convert_input(this->input_, this->batch_.shape.image, false, got.data());
  expect_same_bits(got, wanted_input<TypeParam>(this->batch_, this->input_));
}

TYPED_TEST(CudnnInput, IsZerosWhereASlotIsLeftOut) {
  Batch batch = this->batch_;
  batch.weights[1] = 0;
  batch.colour[1].m.fill(std::numeric_limits<float>::infinity());
  const on_host::Input input = cuts_of(batch);
  auto got = poisoned<TypeParam>(input_elements(batch));
  on_host::convert_input(input, batch.shape.image, true, got.data());
  auto wanted = wanted_input<TypeParam>(batch, input);
  const auto slot = wanted.size() / batch.weights.size();
  std::fill_n(wanted.begin() + static_cast<std::ptrdiff_t>(slot), slot, TypeParam(0));
  expect_same_bits(got, wanted);
}

}  // namespace
}  // namespace vggflow::cudnn
