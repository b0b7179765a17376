// The kernels over rows and parameters, against the same bodies run on the processor.
#include "nets/cudnn/kernels/aggregate.h"
#include "nets/cudnn/kernels/column_sums.h"
#include "nets/cudnn/kernels/dropout.h"
#include "nets/cudnn/kernels/loss.h"
#include "nets/cudnn/kernels/rows.h"
#include "nets/cudnn/kernels/sgd.h"
#include "tests/nets/cudnn_device_test.h"
#include "tests/nets/cudnn_on_host.h"

namespace vggflow::cudnn {
namespace {

template <class T>
class CudnnRowKernels : public CudnnDeviceTest {};
TYPED_TEST_SUITE(CudnnRowKernels, ElementTypes);
using CudnnF32Kernels = CudnnDeviceTest;

TYPED_TEST(CudnnRowKernels, SumColumns) {
  struct Rows {
    std::int64_t n;
    int columns;
  };
  for (const auto& [n, columns] : {Rows{1, 8}, Rows{37, 24}, Rows{256, 4096}, Rows{300, 1000},
                                   Rows{200001, 64}, Rows{50000, 512}}) {
    const auto rows = rounded<TypeParam>(normal_values(n * columns, 1));
    auto wanted = on_host::column_sums(rows, n, columns);
    const auto device_rows = this->upload(rows);
    const auto sums = this->template unwritten<float>(columns);
    const auto scratch = this->template unwritten<float>(
        static_cast<std::int64_t>(column_sums_scratch_bytes(n, columns) / sizeof(float)));
    column_sums(device_rows.data(), n, columns, sums.data(), scratch.data(), false, this->stream());
    expect_same_bits(sums.values(), wanted);
    column_sums(device_rows.data(), n, columns, sums.data(), scratch.data(), true, this->stream());
    for (float& v : wanted) v += v;
    expect_same_bits(sums.values(), wanted);
  }
}

constexpr int kSlots = 300;

struct Labelled {
  int classes;
  int stride;
  std::vector<float> logits = normal_values(std::int64_t{kSlots} * stride, 1);
  std::vector<std::int32_t> labels{};
  std::vector<float> weights{};

  Labelled(int classes, int stride) : classes(classes), stride(stride) {
    Rng rng(7, "labels", 0, 0);
    for (int n = 0; n < kSlots; ++n) {
      labels.push_back(static_cast<std::int32_t>(rng.below(static_cast<std::uint32_t>(classes))));
      weights.push_back(n % 5 == 3 ? 0.0F : 0.5F + static_cast<float>(n % 3));
    }
  }
};

TYPED_TEST(CudnnRowKernels, LoseAndCountErrors) {
  const DeviceStep step{0, 0, 12.5};
  const auto device_step = this->upload(std::vector<DeviceStep>{step});
  for (const Labelled& rows : {Labelled(1000, 1000), Labelled(7, 8), Labelled(1, 8)}) {
    const std::int64_t count = std::int64_t{kSlots} * rows.stride;
    const auto gradient = this->template unwritten<TypeParam>(count);
    const auto of_slots = this->upload(std::vector<DeviceSums>(kSlots, {NAN, NAN, NAN, NAN}));
    const auto sums = this->upload(std::vector<DeviceSums>{{1, 2, 3, 4}});
    softmax_loss(this->upload(rows.logits).data(), kSlots, rows.classes, rows.stride,
                 device_step.data(), this->upload(rows.labels).data(),
                 this->upload(rows.weights).data(), gradient.data(), of_slots.data(),
                 this->stream());
    sum_slots(of_slots.data(), kSlots, sums.data(), this->stream());
    const auto got = gradient.values();
    const auto got_slots = of_slots.values();
    DeviceSums total;
    for (int n = 0; n < kSlots; ++n) {
      const auto at = static_cast<std::size_t>(n);
      auto wanted = poisoned<TypeParam>(rows.stride);
      const auto row = static_cast<std::size_t>(n) * static_cast<std::size_t>(rows.stride);
      const DeviceSums one =
          on_host::softmax_loss(rows.logits.data() + row, rows.classes, rows.stride, step,
                                rows.labels[at], rows.weights[at], wanted.data(), 256);
      for (std::size_t c = 0; c < wanted.size(); ++c) {
        const float want = widened(wanted[c]);
        ASSERT_NEAR(widened(got[row + c]), want, 8e-3 * std::abs(want) + 1e-9);
      }
      ASSERT_NEAR(got_slots[at].loss, one.loss, 1e-12);
      ASSERT_EQ(got_slots[at].top1_errors, one.top1_errors);
      ASSERT_EQ(got_slots[at].top5_errors, one.top5_errors);
      ASSERT_EQ(got_slots[at].weight_sum, one.weight_sum);
      total.loss += got_slots[at].loss;
      total.top1_errors += one.top1_errors;
      total.top5_errors += one.top5_errors;
      total.weight_sum += one.weight_sum;
    }
    const DeviceSums all = sums.values()[0];
    EXPECT_EQ(all.loss, 1 + total.loss) << "in another order than that of the slots";
    EXPECT_EQ(all.top1_errors, 2 + total.top1_errors);
    EXPECT_EQ(all.top5_errors, 3 + total.top5_errors);
    EXPECT_EQ(all.weight_sum, 4 + total.weight_sum);
  }
}

TYPED_TEST(CudnnRowKernels, MakeAStepOfSgd) {
  // Long enough that threads go round their loops, with gaps.
  const std::int64_t elements = (std::int64_t{1} << 25) + 8 * 77;
  const std::vector<Segment> segments = {
      {8, 1 << 20, 1}, {1 << 20, 1 << 21, 2}, {(1 << 21) + 64, elements - 16, 0.1F}};
  const DeviceRates rates{0.01F, 0.9F, 5e-4F};
  auto weights = repeated(normal_values(10007, 1), elements);
  auto momenta = repeated(normal_values(10009, 2), elements);
  const auto gradients = repeated(normal_values(10037, 3), elements);
  auto copy = poisoned<TypeParam>(elements);
  const auto device_weights = this->upload(weights);
  const auto device_momenta = this->upload(momenta);
  const auto device_gradients = this->upload(gradients);
  const auto device_copy = this->upload(copy);
  const auto flag = this->upload(std::vector<int>{0});
  const auto count = static_cast<int>(segments.size());
  sgd_step(device_weights.data(), device_momenta.data(), device_gradients.data(),
           device_copy.data(), this->upload(segments).data(), count, elements,
           this->upload(std::vector<DeviceRates>{rates}).data(), flag.data(), this->stream());
  const Arena arena{weights.data(), momenta.data(), gradients.data(), segments.data(), count};
  EXPECT_TRUE(on_host::sgd_step(arena, copy.data(), elements, rates, 1));
  expect_same_bits(device_weights.values(), weights);
  expect_same_bits(device_momenta.values(), momenta);
  expect_same_bits(device_copy.values(), copy);
  EXPECT_EQ(flag.values()[0], 0);
}

TYPED_TEST(CudnnRowKernels, TellOfWeightsThatAreNotFiniteAndKeepTelling) {
  std::vector<float> gradients(1024);
  const auto weights = this->upload(gradients);
  const auto momenta = this->upload(gradients);
  const auto flag = this->upload(std::vector<int>{0});
  const auto segments = this->upload(std::vector<Segment>{{0, 512, 1}});
  const auto rates = this->upload(std::vector<DeviceRates>{{0.01F, 0, 0}});
  const auto told = [&](std::size_t bad) {
    auto some = gradients;
    some[bad] = std::numeric_limits<float>::infinity();
    sgd_step<TypeParam>(weights.data(), momenta.data(), this->upload(some).data(), nullptr,
                        segments.data(), 1, 1024, rates.data(), flag.data(), this->stream());
    return flag.values()[0];
  };
  EXPECT_EQ(told(512), 0) << "in no segment";
  EXPECT_EQ(told(511), 1);
  EXPECT_EQ(told(512), 1);
}

TYPED_TEST(CudnnRowKernels, Convert) {
  const auto from = normal_values(8 * 1237, 1);
  const auto to = this->template unwritten<TypeParam>(8 * 1237);
  convert(this->upload(from).data(), to.data(), 8 * 1237, this->stream());
  expect_same_bits(to.values(), rounded<TypeParam>(from));
}

TEST_F(CudnnF32Kernels, Add) {
  auto sum = normal_values(8 * 1237, 1);
  const auto values = normal_values(8 * 1237, 2);
  const auto got = upload(sum);
  add(got.data(), upload(values).data(), 8 * 1237, stream());
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += values[i];
  expect_same_bits(got.values(), sum);
}

TEST_F(CudnnF32Kernels, FillRows) {
  const auto bias = normal_values(24, 1);
  const auto rows = unwritten<float>(1001 * 24);
  fill_rows(rows.data(), 1001, 24, upload(bias).data(), stream());
  const auto got = rows.values();
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(bits(got[i]), bits(bias[i % 24])) << i;
}

TEST_F(CudnnF32Kernels, AggregateScores) {
  constexpr int kStride = 1008;
  for (const int positions : {1, 49, 150}) {
    for (const int classes : {1000, 7}) {
      for (const auto how : {Aggregate::scores, Aggregate::posteriors}) {
        const auto maps = normal_values(std::int64_t{3} * positions * kStride, 1);
        const auto posteriors = unwritten<float>(3 * classes);
        aggregate(upload(maps).data(), 3, positions, classes, kStride, how, posteriors.data(),
                  stream());
        const auto got = posteriors.values();
        for (int n = 0; n < 3; ++n) {
          const auto wanted =
              on_host::aggregate(maps.data() + std::int64_t{n} * positions * kStride, positions,
                                 classes, kStride, how, 64);
          for (int c = 0; c < classes; ++c) {
            ASSERT_NEAR(got[static_cast<std::size_t>(n * classes + c)],
                        wanted[static_cast<std::size_t>(c)], 2e-7);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace vggflow::cudnn
