// The kernels over maps, against the same bodies run on the processor.
#include "base/error.h"
#include "nets/cudnn/kernels/dropout.h"
#include "nets/cudnn/kernels/input.h"
#include "nets/cudnn/kernels/lrn.h"
#include "nets/cudnn/kernels/max_pool.h"
#include "nets/cudnn/kernels/relu.h"
#include "tests/nets/cudnn_device_test.h"
#include "tests/nets/cudnn_input_support.h"

namespace vggflow::cudnn {
namespace {

template <class T>
class CudnnMapKernels : public CudnnDeviceTest {};
TYPED_TEST_SUITE(CudnnMapKernels, ElementTypes);

class BatchOnDevice : public cuda::DeviceBatch {
 public:
  BatchOnDevice(const on_host::Input& input, const cuda::Stream& stream)
      : pixels_(input.pixels, stream),
        cuts_(input.cuts, stream),
        colour_(input.colour, stream),
        weights_(input.weights, stream) {
    pixels = pixels_.data();
    cuts = cuts_.data();
    colour = colour_.data();
    weights = weights_.data();
  }
  void used_by(const cuda::Stream& /*stream*/) const override {}

 private:
  OnDevice<std::uint8_t> pixels_;
  OnDevice<cuda::Cut> cuts_;
  OnDevice<float> colour_;
  OnDevice<float> weights_;
};

TYPED_TEST(CudnnMapKernels, ConvertTheInput) {
  Batch batch = batch_of_maps();
  batch.weights[1] = 0;
  const on_host::Input input = cuts_of(batch);
  const Size image = batch.shape.image;
  for (const bool skip : {false, true}) {
    auto wanted = poisoned<TypeParam>(input_elements(batch));
    on_host::convert_input(input, image, skip, wanted.data());
    const auto out = this->template unwritten<TypeParam>(input_elements(batch));
    convert_input(BatchOnDevice(input, this->stream()), batch.shape.slots, image, skip, out.data(),
                  this->stream());
    expect_same_bits(out.values(), wanted);
  }
}

TYPED_TEST(CudnnMapKernels, PoolAndUnpool) {
  for (const int window : {2, 3, 4}) {
    const MapShape source{3, 23, 19, 40};
    const std::int64_t count = pooled_packs<TypeParam>(source, window) * kLanes<TypeParam>;
    const auto in = rounded<TypeParam>(few_values(source.elements(), 1));
    const auto gradient = rounded<TypeParam>(normal_values(count, 2));
    auto wanted = poisoned<TypeParam>(count);
    std::vector<std::uint8_t> places(wanted.size());
    on_host::max_pool(source, window, in.data(), wanted.data(), places.data());
    const auto on_device = this->upload(in);
    const auto out = this->template unwritten<TypeParam>(count);
    const auto noted = this->upload(std::vector<std::uint8_t>(wanted.size(), 0xEE));
    max_pool(source, window, on_device.data(), out.data(), noted.data(), this->stream());
    expect_same_bits(out.values(), wanted);
    EXPECT_EQ(noted.values(), places);
    const auto unnoted = this->template unwritten<TypeParam>(count);
    max_pool<TypeParam>(source, window, on_device.data(), unnoted.data(), nullptr, this->stream());
    expect_same_bits(unnoted.values(), wanted);
    for (const bool relu : {false, true}) {
      auto wanted_gradient = poisoned<TypeParam>(source.elements());
      on_host::max_pool_gradient(source, window, relu ? wanted.data() : nullptr, places.data(),
                                 gradient.data(), wanted_gradient.data());
      const auto got = this->template unwritten<TypeParam>(source.elements());
      max_pool_gradient(source, window, out.data(), noted.data(), this->upload(gradient).data(),
                        relu, got.data(), this->stream());
      expect_same_bits(got.values(), wanted_gradient);
    }
  }
}

TYPED_TEST(CudnnMapKernels, RefuseToNotePlacesThatDoNotFit) {
  const MapShape source{1, 17, 17, 8};
  const auto in = this->template unwritten<TypeParam>(source.elements());
  const auto out = this->template unwritten<TypeParam>(8);
  const auto places = this->upload(std::vector<std::uint8_t>(8));
  max_pool<TypeParam>(source, 17, in.data(), out.data(), nullptr, this->stream());
  EXPECT_THROW(max_pool(source, 17, in.data(), out.data(), places.data(), this->stream()), Error);
}

// So long that every thread goes round its loop, and the last time not all do.
TYPED_TEST(CudnnMapKernels, MaskAndMakeReluOverLongMaps) {
  const std::int64_t count = (std::int64_t{1} << 24) * 5 + 8 * 1001;
  auto output = rounded<TypeParam>(repeated(few_values(10007, 1), count));
  auto gradient = rounded<TypeParam>(repeated(few_values(10009, 2), count));
  const auto device_output = this->upload(output);
  const auto device_gradient = this->upload(gradient);
  mask_relu(device_output.data(), device_gradient.data(), count, this->stream());
  relu(device_output.data(), count, this->stream());
  on_host::mask_relu(output, gradient);
  on_host::relu(output);
  expect_same_bits(device_gradient.values(), gradient);
  expect_same_bits(device_output.values(), output);
}

TYPED_TEST(CudnnMapKernels, Drop) {
  const DropoutLayer layer{stream_key(11, "dropout#1"), 0.3};
  const DeviceStep step{5, (std::uint64_t{1} << 32) - 2, 0};
  const auto device_step = this->upload(std::vector<DeviceStep>{step});
  for (const MapShape shape :
       {MapShape{5, 1, 1, 4096}, MapShape{4, 7, 7, 512}, MapShape{3, 4, 6, 24}}) {
    const int channels = shape.channels - 3;
    auto values = rounded<TypeParam>(normal_values(shape.elements(), 1));
    zero_padding(values, shape, channels);
    const auto forward = this->upload(values);
    const auto backward = this->upload(values);
    dropout(forward.data(), shape, channels, layer, device_step.data(), this->stream());
    dropout_gradient<TypeParam>(backward.data(), nullptr, shape, channels, layer,
                                device_step.data(), this->stream());
    const DropoutRule rule = dropout_rule(layer.key, layer.probability);
    auto wanted = values;
    on_host::dropout(wanted.data(), shape, channels, rule, step);
    expect_same_bits(forward.values(), wanted);
    expect_same_bits(backward.values(), wanted);
    const auto by_output = this->upload(values);
    dropout_gradient(by_output.data(), forward.data(), shape, channels, layer, device_step.data(),
                     this->stream());
    on_host::dropout_gradient(wanted, values, rule.scale);
    expect_same_bits(by_output.values(), values);
  }
}

TYPED_TEST(CudnnMapKernels, NormaliseAcrossChannels) {
  const Lrn layer{5, 2, 0.1, 0.75};
  for (const MapShape shape :
       {MapShape{3, 17, 9, 64}, MapShape{1, 2, 3, 24}, MapShape{1, 1, 2, 4096}}) {
    const int channels = shape.channels - 3;
    auto in = rounded<TypeParam>(normal_values(shape.elements(), 1));
    auto gradient = rounded<TypeParam>(normal_values(shape.elements(), 2));
    zero_padding(in, shape, channels);
    zero_padding(gradient, shape, channels);
    const LrnRule rule = lrn_rule(layer, channels);
    auto wanted = poisoned<TypeParam>(shape.elements());
    auto wanted_gradient = wanted;
    on_host::lrn(shape, rule, in.data(), wanted.data());
    on_host::lrn_gradient(shape, rule, in.data(), gradient.data(), wanted_gradient.data());
    const auto device_in = this->upload(in);
    const auto out = this->template unwritten<TypeParam>(shape.elements());
    const auto in_place = this->upload(gradient);
    lrn(shape, channels, layer, device_in.data(), out.data(), this->stream());
    lrn_gradient(shape, channels, layer, device_in.data(), in_place.data(), in_place.data(),
                 this->stream());
    const auto got = out.values();
    const auto got_gradient = in_place.values();
    // The card's powers differ in their last bits, and so may what they are rounded to.
    const float allowed = sizeof(TypeParam) == 2 ? 8e-3F : 4e-6F;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const float want = widened(wanted[i]);
      const float want_gradient = widened(wanted_gradient[i]);
      ASSERT_NEAR(widened(got[i]), want, allowed * std::abs(want) + 1e-6);
      ASSERT_NEAR(widened(got_gradient[i]), want_gradient,
                  allowed * std::abs(want_gradient) + 1e-6);
    }
  }
}

TYPED_TEST(CudnnMapKernels, RefuseToNormaliseAcrossTooManyChannels) {
  const MapShape shape{1, 1, 1, kMostLrnChannels + 8};
  const auto map = this->template unwritten<TypeParam>(shape.elements());
  EXPECT_THROW(lrn(shape, 5, Lrn{}, map.data(), map.data(), this->stream()), Error);
}

}  // namespace
}  // namespace vggflow::cudnn
