#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "base/error.h"
#include "base/rng.h"
#include "stages/resample/profile.h"
#include "tests/stages/test_images.h"

namespace vggflow {
namespace {

using namespace vggflow::testing;  // NOLINT

Image cut(const Image& image, Rect window) {
  MemorySource source(image);
  return window_of(source, window);
}

Image mirrored(const Image& image) {
  Image out(image.size());
  const int last = image.size().width - 1;
  for (int y = 0; y < image.size().height; ++y) {
    for (int x = 0; x <= last; ++x) {
      std::copy_n(image.view().at(last - x, y), kChannels, out.view().at(x, y));
    }
  }
  return out;
}

Image resampled(const Resampler& profile, const Image& in, Size to) {
  Image out(to);
  profile.resample(in.view(), {0, 0, in.size().width, in.size().height},
                   {.in = in.size(), .out = to}, out.view());
  return out;
}

Image by_opencv(Image in, Size to, int interpolation) {
  Image out(to);
  const ImageView from = in.view();
  const ImageView into = out.view();
  const cv::Mat source(from.size.height, from.size.width, CV_8UC3, from.data,
                       static_cast<std::size_t>(from.stride_bytes));
  cv::Mat target(to.height, to.width, CV_8UC3, into.data,
                 static_cast<std::size_t>(into.stride_bytes));
  cv::resize(source, target, target.size(), 0, 0, interpolation);
  return out;
}

std::vector<std::pair<Size, Size>> size_pairs() {
  std::vector<std::pair<Size, Size>> pairs{
      {{64, 48}, {32, 24}},  // exactly half: OpenCV averages 2x2
      {{64, 48}, {32, 25}},  // half along one axis only
      {{64, 48}, {16, 12}}, {{64, 48}, {128, 96}},    {{64, 48}, {64, 31}},  {{64, 48}, {64, 48}},
      {{60, 45}, {20, 15}},  // a whole number along both axes: OpenCV's area has a case for it
      {{60, 48}, {20, 12}}, {{1, 50}, {20, 1000}},    {{50, 1}, {100, 2}},   {{1, 1}, {7, 5}},
      {{2, 2}, {1, 1}},     {{500, 375}, {341, 256}}, {{224, 224}, {56, 56}}};
  Rng rng(3, "size_pairs", 0, 0);
  const auto side = [&] { return static_cast<int>(rng.between(1, 150)); };
  for (int i = 0; i < 150; ++i) pairs.push_back({{side(), side()}, {side(), side()}});
  return pairs;
}

void expect_equal_to_opencv(std::string_view profile, int interpolation) {
  cv::setNumThreads(1);
  for (const auto& [in, out] : size_pairs()) {
    const Image picture = test_picture(in);
    ASSERT_EQ(bytes(resampled(resampling_profile(profile), picture, out).view()),
              bytes(by_opencv(picture, out, interpolation).view()))
        << to_string(in) << " to " << to_string(out);
  }
}

TEST(OpencvLinear, EqualsOpencv) { expect_equal_to_opencv("opencv-linear", cv::INTER_LINEAR); }

TEST(OpencvArea, EqualsOpencv) { expect_equal_to_opencv("opencv-area", cv::INTER_AREA); }

TEST(OpencvLinear, ExactHalvingIsTheMeanOfFourPixels) {
  Image in(Size{2, 2});
  const std::array<std::uint8_t, 12> pixels{0, 1, 255, 0, 1, 255, 0, 2, 255, 2, 2, 254};
  std::copy(pixels.begin(), pixels.end(), in.view().data);
  EXPECT_EQ(bytes(resampled(resampling_profile("opencv-linear"), in, {1, 1}).view()),
            (std::vector<std::uint8_t>{1, 2, 255}));
}

void expect_equal_to_pillow(std::string_view profile, const std::string& golden) {
  std::ifstream file(std::string(VGGFLOW_GOLDEN_DIR) + "/" + golden, std::ios::binary);
  ASSERT_TRUE(file);
  const auto read_image = [&](Size size) {
    Image image(size);
    file.read(reinterpret_cast<char*>(image.view().data), size.area() * kChannels);
    return image;
  };
  std::array<std::uint16_t, 4> sides{};
  int cases = 0;
  for (; file.read(reinterpret_cast<char*>(sides.data()), sizeof sides); ++cases) {
    const Image in = read_image({sides[0], sides[1]});
    const Image expected = read_image({sides[2], sides[3]});
    EXPECT_EQ(bytes(resampled(resampling_profile(profile), in, expected.size()).view()),
              bytes(expected.view()))
        << to_string(in.size()) << " to " << to_string(expected.size());
  }
  EXPECT_EQ(cases, 11);
}

TEST(PillowBilinear, EqualsPillow) {
  expect_equal_to_pillow("pillow-bilinear", "pillow_bilinear.bin");
}

TEST(PillowBicubic, EqualsPillow) {
  expect_equal_to_pillow("pillow-bicubic", "pillow_bicubic.bin");
}

class Profiles : public ::testing::TestWithParam<std::string_view> {};

TEST_P(Profiles, EveryWindowEqualsThatOfTheWhole) {
  const Resampler& profile = resampling_profile(GetParam());
  Rng rng(4, GetParam(), 0, 0);
  for (const auto& [in, out] : size_pairs()) {
    const Image picture = test_picture(in);
    const Image full = resampled(profile, picture, out);
    for (int i = 0; i < 8; ++i) {
      const auto width = static_cast<int>(rng.between(1, out.width));
      const auto height = static_cast<int>(rng.between(1, out.height));
      const Rect window{static_cast<int>(rng.between(0, out.width - width)),
                        static_cast<int>(rng.between(0, out.height - height)), width, height};
      Resampling what{.in = in, .out = out, .window = window};
      const Rect support = profile.support(what);
      ASSERT_TRUE(support.within(in));
      Image part(window.size());
      profile.resample(cut(picture, support).view(), support, what, part.view());
      ASSERT_EQ(bytes(part.view()), bytes(std::as_const(full).view().window(window)))
          << to_string(in) << " to " << to_string(out);
      what.mirrored = true;
      profile.resample(cut(picture, support).view(), support, what, part.view());
      ASSERT_EQ(bytes(mirrored(part).view()), bytes(std::as_const(full).view().window(window)))
          << to_string(in) << " to " << to_string(out) << ", mirrored";
    }
  }
}

TEST_P(Profiles, KeepingTheSizeCopies) {
  const Image picture = test_picture({41, 29});
  EXPECT_EQ(bytes(resampled(resampling_profile(GetParam()), picture, {41, 29}).view()),
            bytes(picture.view()));
}

INSTANTIATE_TEST_SUITE_P(All, Profiles, ::testing::ValuesIn(resampling_profile_names()),
                         [](const auto& info) {
                           std::string name(info.param);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(Profile, ErrorListsTheKnownNames) {
  try {
    static_cast<void>(resampling_profile("bicubic"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "unknown resampling profile 'bicubic'; allowed: opencv-area, opencv-linear, "
                 "pillow-bicubic or pillow-bilinear");
  }
}

}  // namespace
}  // namespace vggflow
