#include "nets/cudnn/kernels/pack.h"

#include "nets/cudnn/kernels/map_place.h"
#include "tests/nets/cudnn_test_support.h"

namespace vggflow::cudnn {
namespace {

template <class T>
class CudnnPack : public testing::Test {};
TYPED_TEST_SUITE(CudnnPack, ElementTypes);

TYPED_TEST(CudnnPack, HoldsItsElementsInOrder) {
  const auto values = rounded<TypeParam>(normal_values(kLanes<TypeParam>, 1));
  const Lanes<TypeParam> lanes = unpack<TypeParam>(load(values.data()));
  std::vector<TypeParam> exact(values.size());
  std::vector<TypeParam> again(values.size());
  store(exact.data(), pack_exact<TypeParam>(lanes));
  store(again.data(), pack<TypeParam>(lanes));
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(lanes.values[i], widened(values[i]));
  expect_same_bits(exact, values);
  expect_same_bits(again, values);
}

TYPED_TEST(CudnnPack, RoundsWhatIsStored) {
  const auto values = normal_values(kLanes<TypeParam>, 2);
  Lanes<TypeParam> lanes;
  std::copy(values.begin(), values.end(), lanes.values);
  std::vector<TypeParam> got(values.size());
  store(got.data(), pack<TypeParam>(lanes));
  expect_same_bits(got, rounded<TypeParam>(values));
}

TYPED_TEST(CudnnPack, StoresFourF32AsElements) {
  const auto values = normal_values(4, 3);
  std::vector<TypeParam> got(12, poison<TypeParam>());
  store_four(got.data() + 4, unpack<float>(load(values.data())));
  auto wanted = poisoned<TypeParam>(12);
  for (std::size_t i = 0; i < 4; ++i) wanted[4 + i] = TypeParam(values[i]);
  expect_same_bits(got, wanted);
}

TYPED_TEST(CudnnPack, KeepsSomeLanes) {
  const auto values = rounded<TypeParam>(normal_values(kLanes<TypeParam>, 4));
  for (int only = 0; only < kLanes<TypeParam>; ++only) {
    Kept<TypeParam> kept;
    kept.lanes[only] = true;
    std::vector<TypeParam> got(values.size());
    store(got.data(), keep<TypeParam>(load(values.data()), kept));
    for (int i = 0; i < kLanes<TypeParam>; ++i) {
      const auto at = static_cast<std::size_t>(i);
      EXPECT_EQ(widened(got[at]), i == only ? widened(values[at]) : 0);
    }
  }
}

TEST(CudnnMapPlace, CountsPacksThenColumnsRowsAndSlots) {
  std::int64_t index = 0;
  for (int slot = 0; slot < 3; ++slot) {
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 5; ++x) {
        for (int pack = 0; pack < 2; ++pack, ++index) {
          const MapPlace place = map_place(index, 4, 5, 2);
          EXPECT_TRUE(place.slot == slot && place.y == y && place.x == x && place.pack == pack);
        }
      }
    }
  }
}

TEST(CudnnMapPlace, HoldsBeyondThirtyTwoBits) {
  const std::int64_t index = ((std::int64_t{300000} * 224 + 7) * 224 + 9) * 8 + 5;
  const MapPlace place = map_place(index, 224, 224, 8);
  EXPECT_EQ(place.slot, 300000);
  EXPECT_EQ(place.y, 7);
  EXPECT_EQ(place.x, 9);
  EXPECT_EQ(place.pack, 5);
}

}  // namespace
}  // namespace vggflow::cudnn
