// colour_shift, subtract_mean and normalize: what they leave pending.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

using Shift = std::array<double, 3>;

Shift shift_of(const StageUnderTest& stage, std::uint64_t id) {
  const ColourAffine map = stage({2, 2}, id).pending_colour();
  ColourAffine without_shift = map;
  for (const std::size_t c : {3U, 7U, 11U}) without_shift.m[c] = 0;
  EXPECT_EQ(without_shift, ColourAffine{});
  return {map.m[3], map.m[7], map.m[11]};
}

TEST(ColourShift, HasTheCovarianceOfItsComponents) {
  const StageUnderTest stage("colour_shift");
  constexpr std::array<Shift, 3> kVectors{
      {{-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}}};
  constexpr Shift kValues{55.4625, 4.794, 1.1475};
  constexpr int kImages = 20000;
  std::array<Shift, 3> measured{};
  for (std::uint64_t id = 0; id < kImages; ++id) {
    const Shift shift = shift_of(stage, id);
    for (std::size_t a = 0; a < 3; ++a) {
      for (std::size_t b = 0; b < 3; ++b) measured[a][b] += shift[a] * shift[b] / kImages;
    }
  }
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 0; b < 3; ++b) {
      double expected = 0;
      for (std::size_t i = 0; i < 3; ++i) {
        expected += kVectors[a][i] * kVectors[b][i] * std::pow(0.1 * kValues[i], 2);
      }
      EXPECT_NEAR(measured[a][b], expected, 0.4) << a << b;
    }
  }
}

TEST(ColourShift, FollowsTheComponentsGiven) {
  Value list = stage_list("colour_shift sigma=1");
  Value& params = list.items[0].entries[0].second;
  const auto numbers = [](std::initializer_list<const char*> texts) {
    Value value = Value::list();
    for (const char* text : texts) value.items.push_back(Value::text(text));
    return value;
  };
  params["eigenvalues"] = numbers({"10", "0", "0"});
  params["eigenvectors"] = numbers({"1", "0", "0", "2", "0", "0", "-1", "0", "0"});
  const PlacedStage placed = make_stages(list, "pipeline").back();
  Sample sample;
  Rng rng = stage_rng(placed, 1, 0, 0);
  placed.stage->apply(sample, rng);
  Rng same = stage_rng(placed, 1, 0, 0);
  const auto factor = static_cast<float>(10 * same.normal());
  const auto& map = sample.picture.pending_colour().m;
  EXPECT_FLOAT_EQ(map[3], factor);
  EXPECT_FLOAT_EQ(map[7], 2 * factor);
  EXPECT_FLOAT_EQ(map[11], -factor);
}

TEST(ColourShift, WithoutSigmaDoesNothing) {
  EXPECT_EQ(shift_of(StageUnderTest("colour_shift sigma=0"), 5), (Shift{0, 0, 0}));
}

TEST(ColourShift, ErrorForANegativeSigma) {
  EXPECT_THAT(error_of([] { StageUnderTest("colour_shift sigma=-1"); }),
              HasSubstr("colour_shift.sigma: got '-1'; allowed: a number >= 0"));
}

TEST(SubtractMean, TakesTheMeanOff) {
  const StageUnderTest stage("subtract_mean");
  EXPECT_EQ(stage.role(), Role::normalisation);
  const ColourAffine map = stage({2, 2}).pending_colour();
  EXPECT_FLOAT_EQ(map.channel(0, 200, 100, 50), 200 - 123.68F);
  EXPECT_FLOAT_EQ(map.channel(1, 200, 100, 50), 100 - 116.779F);
  EXPECT_FLOAT_EQ(map.channel(2, 200, 100, 50), 50 - 103.939F);
}

TEST(SubtractMean, ErrorForOneNumber) {
  EXPECT_THAT(error_of([] { StageUnderTest("subtract_mean rgb=120"); }),
              HasSubstr("subtract_mean.rgb: got '120'; allowed: a list of 3 numbers"));
}

TEST(Normalize, SubtractsThenDivides) {
  Value list = stage_list("normalize");
  Value divisor = Value::list();
  for (const char* text : {"58", "57", "50"}) divisor.items.push_back(Value::text(text));
  list.items[0].entries[0].second["divisor"] = divisor;
  const PlacedStage placed = make_stages(list, "pipeline").back();
  EXPECT_EQ(placed.role(), Role::normalisation);
  Sample sample;
  Rng rng = stage_rng(placed, 1, 0, 0);
  placed.stage->apply(sample, rng);
  const ColourAffine& map = sample.picture.pending_colour();
  EXPECT_NEAR(map.channel(0, 200, 100, 50), (200 - 123.68) / 58, 1e-5);
  EXPECT_NEAR(map.channel(1, 200, 100, 50), (100 - 116.779) / 57, 1e-5);
  EXPECT_NEAR(map.channel(2, 200, 100, 50), (50 - 103.939) / 50, 1e-5);
}

TEST(Normalize, ErrorForAZeroDivisor) {
  Value list = stage_list("normalize");
  Value divisor = Value::list();
  for (const char* text : {"58", "0", "58"}) divisor.items.push_back(Value::text(text));
  list.items[0].entries[0].second["divisor"] = divisor;
  EXPECT_THAT(error_of([&] { static_cast<void>(make_stages(list, "pipeline")); }),
              HasSubstr("normalize.divisor: got '0'; allowed: a number >= 1e-06"));
}

}  // namespace
}  // namespace vggflow
