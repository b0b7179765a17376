// Decoding at 1/2, 1/4 and 1/8 in the codec: libjpeg called plainly is the oracle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include <jpeglib.h>

#include "pipeline/picture.h"
#include "stages/codec/open_image.h"
#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using namespace vggflow::testing;  // NOLINT

/// RGB as libjpeg makes it at 1/`by`, all rows from the top.
Image plainly_decoded(std::span<const std::byte> encoded, int by) {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(encoded.data()), encoded.size());
  jpeg_read_header(&info, TRUE);
  info.out_color_space = JCS_RGB;
  info.scale_num = 1;
  info.scale_denom = static_cast<unsigned>(by);
  jpeg_start_decompress(&info);
  Image image({static_cast<int>(info.output_width), static_cast<int>(info.output_height)});
  for (int y = 0; y < image.size().height; ++y) {
    JSAMPROW row = image.view().row(y);
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return image;
}

Image shrunk_window(ImageSource& source, int by, Rect window) {
  Image image(window.size());
  source.read_shrunk(by, window, image.view());
  return image;
}

class ScaledDecode : public ::testing::TestWithParam<JpegKind> {};

TEST_P(ScaledDecode, WindowsEqualThoseOfAPlainScaledDecode) {
  Rng rng(4, GetParam().name, 0, 0);
  for (const Size size :
       {Size{1, 1}, Size{1, 90}, Size{130, 1}, Size{17, 33}, Size{161, 97}, Size{333, 251}}) {
    const auto encoded = test_jpeg(test_picture(size), GetParam());
    const auto source = open_image(encoded);
    ASSERT_TRUE(source->shrinks());
    for (const int by : {1, 2, 4, 8}) {
      const Size small = shrunk(size, by);
      Image full = shrunk_window(*source, by, {0, 0, small.width, small.height});
      if (!GetParam().cmyk && !GetParam().ycck) {
        const Image plain = plainly_decoded(encoded, by);
        ASSERT_EQ(plain.size(), small);
        ASSERT_EQ(bytes(std::as_const(full).view()), bytes(plain.view()));
      }
      for (int i = 0; i < 60; ++i) {
        const Rect window = random_window(rng, small);
        ASSERT_EQ(bytes(shrunk_window(*source, by, window).view()),
                  bytes(full.view().window(window)))
            << to_string(size) << " 1/" << by << " " << text_of(window);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, ScaledDecode, ::testing::ValuesIn(jpeg_kinds()),
                         [](const auto& info) { return info.param.name; });

class ScaledPicture : public ::testing::Test {
 protected:
  [[nodiscard]] Picture picture(bool partial = true) const {
    return {open_image(encoded_), profile_, {.partial = partial, .scaled = true}};
  }
  /// The codec's picture at 1/`by`, resampled whole.
  [[nodiscard]] std::vector<std::uint8_t> resampled(int by, Size to, Rect window) const {
    const Image small = plainly_decoded(encoded_, by);
    Image out(to);
    profile_.resample(small.view(), {0, 0, small.size().width, small.size().height},
                      {.in = small.size(), .out = to}, out.view());
    return bytes(out.view().window(window));
  }

  const Size size_{203, 151};
  const std::vector<std::byte> encoded_ = test_jpeg(test_picture(size_), {"yuv420", 2, 2});
  const Resampler& profile_ = resampling_profile("opencv-linear");
};

TEST_F(ScaledPicture, TakesTheLargestScaleThatIsNoSmallerThanWhatIsWanted) {
  const std::vector<std::pair<Size, int>> cases{{{203, 150}, 1}, {{103, 76}, 1}, {{102, 77}, 1},
                                                {{102, 76}, 2},  {{60, 45}, 2},  {{52, 38}, 2},
                                                {{51, 38}, 4},   {{26, 20}, 4},  {{26, 19}, 8},
                                                {{5, 3}, 8},     {{400, 10}, 1}, {{60, 3}, 2}};
  for (const auto& [to, by] : cases) {
    const Rect window{to.width / 3, to.height / 4, (to.width + 1) / 2, (to.height + 1) / 2};
    for (const bool partial : {true, false}) {
      Picture scaled = picture(partial);
      scaled.rescale(to);
      EXPECT_EQ(scaled.size(), to);
      scaled.crop(window);
      EXPECT_EQ(pixels_of(scaled), resampled(by, to, window)) << to_string(to);
    }
  }
}

TEST_F(ScaledPicture, IsTheSameWhenItIsKeptDecoded) {
  Picture kept = picture();
  kept.keep_decoded();
  for (const Size to : {Size{150, 100}, Size{60, 45}, Size{26, 19}, Size{60, 40}}) {
    Picture one = kept;
    Picture other = picture();
    for (Picture* each : {&one, &other}) {
      each->rescale(to);
      each->crop({3, 4, 20, 10});
    }
    EXPECT_EQ(pixels_of(one), pixels_of(other)) << to_string(to);
  }
}

TEST_F(ScaledPicture, MirroredBeforeIsTheScaledPictureMirrored) {
  Picture mirrored = picture();
  mirrored.mirror();
  mirrored.rescale({51, 38});  // as the codec gives it: no resampling
  mirrored.mirror();
  EXPECT_EQ(pixels_of(mirrored), bytes(plainly_decoded(encoded_, 4).view()));
}

TEST_F(ScaledPicture, ACropBeforeTheRescaleKeepsTheFullScale) {
  Picture plain(open_image(encoded_), profile_);
  Picture scaled = picture();
  for (Picture* each : {&plain, &scaled}) {
    each->crop({1, 0, 200, 150});
    each->rescale({20, 15});
  }
  EXPECT_EQ(pixels_of(scaled), pixels_of(plain));
}

TEST_F(ScaledPicture, OnlyTheFirstRescaleIsTheCodecs) {
  Picture twice = picture();
  twice.rescale({102, 76});
  twice.rescale({30, 20});
  const Image half = plainly_decoded(encoded_, 2);
  Image expected(Size{30, 20});
  profile_.resample(half.view(), {0, 0, 102, 76}, {.in = {102, 76}, .out = {30, 20}},
                    expected.view());
  EXPECT_EQ(pixels_of(twice), bytes(std::as_const(expected).view()));
}

}  // namespace
}  // namespace vggflow
