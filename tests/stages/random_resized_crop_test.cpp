#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

/// Reads all of its input, so that what is read tells what was cut.
class ReadsAll final : public Resampler {
 public:
  [[nodiscard]] std::string_view name() const override { return "reads-all"; }
  [[nodiscard]] Rect support(const Resampling& what) const override {
    return {0, 0, what.in.width, what.in.height};
  }
  void resample(ConstImageView, Rect, const Resampling&, ImageView) const override {}
};

/// The window of a picture that the stage cuts.
Rect cut(const std::string& stage_text, Size size, std::uint64_t id) {
  static const ReadsAll kResampler;
  const PlacedStage placed = make_stages(stage_list(stage_text), "pipeline").back();
  const auto source = std::make_shared<MemorySource>(Image(size));
  Sample sample;
  sample.picture = Picture(source, kResampler);
  Rng rng = stage_rng(placed, 1, 0, id);
  placed.stage->apply(sample, rng);
  EXPECT_EQ(source->reads(), 0);
  static_cast<void>(pixels_of(sample.picture));
  return source->last_read();
}

struct Bounds {
  double lo;
  double hi;
};

/// RandomResizedCrop.get_params of torchvision, given the stage's random numbers. But for the 1,
/// which it lacks.
Rect torchvisions(Size whole, Bounds scale, Bounds ratio, Rng rng) {
  const auto rounded = [](double side) { return static_cast<int>(std::nearbyint(side)); };
  for (int i = 0; i < 10; ++i) {
    const double share = scale.lo + (scale.hi - scale.lo) * rng.uniform();
    const double area = static_cast<double>(whole.area()) * share;
    const double u = rng.bits() * 0x1p-32;
    const double log_lo = std::log(ratio.lo);
    const double aspect = std::exp(log_lo + (std::log(ratio.hi) - log_lo) * u);
    const int w = rounded(std::sqrt(area * aspect));
    const int h = rounded(std::sqrt(area / aspect));
    if (w <= 0 || w > whole.width || h <= 0 || h > whole.height) continue;
    const auto x = static_cast<int>(rng.between(0, whole.width - w));
    const auto y = static_cast<int>(rng.between(0, whole.height - h));
    return {x, y, w, h};
  }
  int w = whole.width;
  int h = whole.height;
  const double in_ratio = static_cast<double>(w) / h;
  if (in_ratio < ratio.lo) h = std::max(1, rounded(w / ratio.lo));
  if (in_ratio > ratio.hi) w = std::max(1, rounded(h * ratio.hi));
  return {(whole.width - w) / 2, (whole.height - h) / 2, w, h};
}

TEST(RandomResizedCrop, EqualsTorchvisionsParameters) {
  for (const Size size : {Size{500, 375}, Size{333, 500}, Size{40, 500}, Size{9, 7}, Size{1, 1}}) {
    for (std::uint64_t id = 0; id < 100; ++id) {
      const Rng rng(1, "random_resized_crop#0", 0, id);
      ASSERT_EQ(cut("random_resized_crop", size, id),
                torchvisions(size, {0.08, 1}, {0.75, 4.0 / 3}, rng))
          << to_string(size) << " " << id;
      ASSERT_EQ(cut("random_resized_crop scale=[0.5,0.9] ratio=[0.2,0.4]", size, id),
                torchvisions(size, {0.5, 0.9}, {0.2, 0.4}, rng))
          << to_string(size) << " " << id;
    }
  }
}

TEST(RandomResizedCrop, AreaIsUniformAndProportionsAreLogUniform) {
  constexpr int kImages = 2000;
  int area_below[3] = {};
  int ratio_below[3] = {};
  for (std::uint64_t id = 0; id < kImages; ++id) {
    const Rect window = cut("random_resized_crop scale=[0.1,0.5] ratio=[0.5,2]", {800, 800}, id);
    const double area = static_cast<double>(window.size().area()) / (800 * 800);
    const double ratio = static_cast<double>(window.width) / window.height;
    EXPECT_THAT(area, ::testing::AllOf(::testing::Gt(0.099), ::testing::Lt(0.501)));
    EXPECT_THAT(ratio, ::testing::AllOf(::testing::Gt(0.49), ::testing::Lt(2.02)));
    for (int i = 0; i < 3; ++i) {
      area_below[i] += area < 0.1 * (i + 2) ? 1 : 0;
      ratio_below[i] += ratio < std::exp2(0.5 * (i - 1)) ? 1 : 0;
    }
  }
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(area_below[i], (i + 1) * kImages / 4, 80);
    EXPECT_NEAR(ratio_below[i], (i + 1) * kImages / 4, 80);
  }
}

TEST(RandomResizedCrop, WhatNeverFitsIsTheLargestAllowedPartInTheMiddle) {
  const std::string whole = "random_resized_crop scale=[1,1]";
  EXPECT_EQ(cut(whole, {1000, 10}, 3), (Rect{493, 0, 13, 10}));
  EXPECT_EQ(cut(whole, {10, 1000}, 3), (Rect{0, 493, 10, 13}));
  EXPECT_EQ(cut("random_resized_crop scale=[1,1] ratio=[3,4]", {1, 1}, 3), (Rect{0, 0, 1, 1}));
}

TEST(RandomResizedCrop, MakesASquare) {
  const StageUnderTest stage("random_resized_crop size=20");
  EXPECT_EQ(stage({31, 17}).size(), (Size{20, 20}));
  EXPECT_EQ(stage.role(), Role::geometry);
  EXPECT_EQ(stage.extent({}).fixed, (Size{20, 20}));
  EXPECT_EQ(StageUnderTest("random_resized_crop")({31, 17}).size(), (Size{224, 224}));
}

TEST(RandomResizedCrop, ErrorForBadBounds) {
  EXPECT_THAT(error_of([] { StageUnderTest("random_resized_crop scale=[0.5,0.1]"); }),
              HasSubstr("scale: got [0.5, 0.1]; allowed: the lower bound first"));
  EXPECT_THAT(error_of([] { StageUnderTest("random_resized_crop scale=[0.5,2]"); }),
              HasSubstr("scale: got '2'; allowed: a number from 1e-06 to 1"));
  EXPECT_THAT(error_of([] { StageUnderTest("random_resized_crop ratio=[0,1]"); }),
              HasSubstr("ratio: got '0'; allowed: a number from 0.001 to 1000"));
  EXPECT_THAT(error_of([] { StageUnderTest("random_resized_crop ratio=1"); }),
              HasSubstr("ratio: got '1'; allowed: a list of 2 numbers"));
}

}  // namespace
}  // namespace vggflow
