#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "stages/filter/gaussian_blur.h"
#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

std::vector<std::uint8_t> blurred(Image image, double sigma, int taps) {
  gaussian_blur(image.view(), sigma, taps);
  return bytes(image.view());
}

std::vector<std::uint8_t> by_opencv(Image image, double sigma, int taps) {
  const ImageView view = image.view();
  const cv::Mat pixels(view.size.height, view.size.width, CV_8UC3, view.data,
                       static_cast<std::size_t>(view.stride_bytes));
  cv::Mat out;
  cv::GaussianBlur(pixels, out, {taps, taps}, sigma, sigma, cv::BORDER_REFLECT_101);
  return {out.data, out.data + out.total() * kChannels};
}

TEST(GaussianBlur, EqualsOpencv) {
  cv::setNumThreads(1);
  for (const Size size :
       {Size{40, 31}, Size{5, 50}, Size{50, 5}, Size{2, 3}, Size{1, 20}, Size{20, 1}, Size{1, 1}}) {
    for (const double sigma : {0.1, 0.3, 0.5, 0.8, 1.0, 1.37, 2.0, 3.3, 5.0, 12.0, 30.0}) {
      for (const int taps : {0, 1, 3, 5, 7, 23}) {
        ASSERT_EQ(blurred(test_picture(size), sigma, taps),
                  by_opencv(test_picture(size), sigma, taps))
            << to_string(size) << " sigma " << sigma << " taps " << taps;
      }
    }
  }
}

TEST(GaussianBlur, EqualsOpencvForAnySigma) {
  Rng rng(3, "sigmas", 0, 0);
  for (int i = 0; i < 300; ++i) {
    const double sigma = 0.05 + 4 * rng.uniform();
    ASSERT_EQ(blurred(test_picture({30, 20}), sigma, 0),
              by_opencv(test_picture({30, 20}), sigma, 0))
        << sigma;
  }
}

TEST(GaussianBlur, StaysWithinItsWindow) {
  Image image = test_picture({20, 16});
  Image part({9, 8});
  const Rect window{5, 4, 9, 8};
  for (int y = 0; y < 8; ++y) std::copy_n(image.view().at(5, 4 + y), 27, part.view().row(y));
  gaussian_blur(image.view().window(window), 1.5);
  EXPECT_EQ(bytes(image.view().window(window)), blurred(part, 1.5, 0));
  gaussian_blur(part.view(), 1.5);
  Image around = test_picture({20, 16});
  for (int y = 0; y < 8; ++y) std::copy_n(part.view().row(y), 27, around.view().at(5, 4 + y));
  EXPECT_EQ(bytes(image.view()), bytes(around.view()));
}

TEST(GaussianBlur, LeavesOneColourAlone) {
  Image image({33, 9});
  std::fill_n(image.view().data, image.size().area() * kChannels, std::uint8_t{255});
  EXPECT_EQ(blurred(image, 2.2, 0), bytes(image.view()));
}

TEST(Blur, DrawsSigmaUniformly) {
  const StageUnderTest blur("blur sigma=[0.4,3]");
  EXPECT_EQ(blur.role(), Role::augmentation);
  for (std::uint64_t id = 0; id < 100; ++id) {
    Rng rng(1, "blur#0", 0, id);
    static_cast<void>(rng.uniform());  // whether
    const double sigma = 0.4 + (3 - 0.4) * rng.uniform();
    ASSERT_EQ(pixels_of(blur({20, 15}, id)), blurred(test_picture({20, 15}), sigma, 0)) << id;
  }
}

TEST(Blur, TakesTheKernelAsked) {
  EXPECT_EQ(pixels_of(StageUnderTest("blur sigma=[2,2] kernel=5")({20, 15})),
            blurred(test_picture({20, 15}), 2, 5));
  EXPECT_EQ(pixels_of(StageUnderTest("blur sigma=[2,2] kernel=1")({20, 15})),
            bytes(test_picture({20, 15}).view()));
}

TEST(Blur, ErrorForBadParameters) {
  EXPECT_THAT(error_of([] { StageUnderTest("blur sigma=[2,1]"); }),
              HasSubstr("blur.sigma: got [2, 1]; allowed: the lower bound first"));
  EXPECT_THAT(error_of([] { StageUnderTest("blur sigma=[0,1]"); }),
              HasSubstr("blur.sigma: got '0'; allowed: a number from 0.01 to 30"));
  EXPECT_THAT(error_of([] { StageUnderTest("blur kernel=4"); }),
              HasSubstr("blur.kernel: got 4; allowed: an odd number, or 0"));
}

}  // namespace
}  // namespace vggflow
