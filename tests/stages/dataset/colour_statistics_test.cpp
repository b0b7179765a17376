#include "stages/dataset/colour_statistics.h"

#include <gmock/gmock.h>

#include "stages/dataset/whole_picture.h"
#include "stages/resample/profile.h"
#include "tests/stages/dataset/encoded_dataset.h"

namespace vggflow::testing {
namespace {

using ::testing::HasSubstr;

/// Mean and covariance as a textbook has them: two passes over all pixels, in long double.
struct Textbook {
  explicit Textbook(const std::vector<Image>& pictures) {
    for (const int pass : {1, 2}) {
      for (const Image& picture : pictures) add(picture, pass);
      if (pass == 1) {
        for (long double& value : mean) value /= count;
      }
    }
    for (long double& value : covariance) value /= count * 255 * 255;
  }
  void add(const Image& picture, int pass) {
    const std::vector<std::uint8_t> all = bytes(picture.view());
    for (std::size_t at = 0; at < all.size(); at += 3) {
      if (pass == 1) ++count;
      for (std::size_t c = 0; c < 3; ++c) {
        if (pass == 1) mean[c] += all[at + c];
        for (std::size_t d = 0; pass == 2 && d < 3; ++d) {
          covariance[3 * c + d] += (all[at + c] - mean[c]) * (all[at + d] - mean[d]);
        }
      }
    }
  }
  long double count = 0;
  long double mean[3] = {};
  long double covariance[9] = {};
};

void expect_as_in(const Textbook& book, const ColourStatistics& measured) {
  EXPECT_EQ(measured.sums.pixels, static_cast<std::uint64_t>(book.count));
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(measured.sums.mean()[c], static_cast<double>(book.mean[c]), 1e-12);
  }
  for (int i = 0; i < 9; ++i) {
    EXPECT_NEAR(measured.sums.covariance()[i], static_cast<double>(book.covariance[i]), 1e-15);
  }
}

TEST(ColourStatistics, AreThoseOfEveryPixelOfEveryImage) {
  const EncodedDataset dataset = jpeg_dataset(20);
  std::vector<Image> pictures;
  for (std::uint64_t id = 0; id < 20; ++id) {
    std::vector<std::byte> encoded;
    dataset.read(id, encoded);
    pictures.push_back(decode_whole(encoded));
  }
  const ColourStatistics measured = measure_colours(dataset, {}, {.workers = 2});
  EXPECT_EQ(measured.images, 20U);
  EXPECT_TRUE(measured.failed.empty());
  expect_as_in(Textbook(pictures), measured);
}

TEST(ColourStatistics, AreTheSameForAnyWorkers) {
  const EncodedDataset dataset = jpeg_dataset(50);
  const ColourStatistics one = measure_colours(dataset, {}, {.workers = 1});
  for (const int workers : {2, 3, 8}) {
    const ColourStatistics many = measure_colours(dataset, {}, {.workers = workers});
    EXPECT_EQ(many.sums.pixels, one.sums.pixels);
    EXPECT_EQ(many.sums.values, one.sums.values);
    EXPECT_EQ(many.sums.products, one.sums.products);
  }
}

TEST(ColourStatistics, AfterShrinking) {
  const EncodedDataset dataset = jpeg_dataset(8);
  const Resampler& profile = resampling_profile("pillow-bilinear");
  std::vector<Image> pictures;
  for (std::uint64_t id = 0; id < 8; ++id) {
    std::vector<std::byte> encoded;
    dataset.read(id, encoded);
    pictures.push_back(shrunk_to_short_side(decode_whole(encoded), 36, profile));
  }
  expect_as_in(Textbook(pictures),
               measure_colours(dataset, {.short_side = 36, .profile = &profile}, {}));
}

TEST(ColourStatistics, OfASampleThatIsSpreadEvenly) {
  const EncodedDataset dataset = jpeg_dataset(10);
  const auto measured = [&](std::uint64_t images) {
    return measure_colours(dataset, {.images = images}, {.workers = 3});
  };
  EncodedDataset thirds;
  for (const std::uint64_t id : {0, 3, 6}) {  // floor(i * 10 / 3)
    std::vector<std::byte> encoded;
    dataset.read(id, encoded);
    thirds.add("c/" + std::to_string(id), std::move(encoded));
  }
  EXPECT_EQ(measured(3).images, 3U);
  EXPECT_EQ(measured(3).sums.values, measure_colours(thirds, {}, {}).sums.values);
  EXPECT_EQ(measured(10).images, 10U);
  EXPECT_EQ(measured(1000).images, 10U);
}

TEST(ColourStatistics, LeaveOutWhatFailsAndNameIt) {
  EncodedDataset dataset = jpeg_dataset(6);
  cut_end(dataset.file(2));
  const ColourStatistics measured = measure_colours(dataset, {}, {.workers = 3});
  EXPECT_EQ(measured.images, 5U);
  ASSERT_EQ(measured.failed.size(), 1U);
  EXPECT_EQ(measured.failed[0].name, dataset.name(2));
}

TEST(ColourStatistics, ErrorWhereNothingCanBeMeasured) {
  EncodedDataset dataset = jpeg_dataset(2);
  dataset.file(0).clear();
  dataset.file(1).resize(5);
  try {
    static_cast<void>(measure_colours(dataset, {}, {}));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::data);
    EXPECT_THAT(error.what(), HasSubstr("no image could be measured; the first: c0/1000.JPEG: "));
  }
}

/// As many pixels as ImageNet has, of the extremes: nothing overflows, nothing cancels.
TEST(ColourSums, HoldAllOfImageNet) {
  constexpr std::uint64_t kHalf = 150'000'000'000;
  ColourSums sums;
  sums.pixels = 2 * kHalf;
  sums.values = {255 * kHalf, 255 * kHalf, 254 * kHalf + 255 * kHalf};
  sums.products = {65025 * kHalf,     0,
                   65025 * kHalf,     65025 * kHalf,
                   255 * 254 * kHalf, 254 * 254 * kHalf + 65025 * kHalf};
  // Half the pixels are (255, 0, 255), the others (0, 255, 254).
  const auto covariance = sums.covariance();
  EXPECT_DOUBLE_EQ(covariance[0], 0.25);
  EXPECT_DOUBLE_EQ(covariance[1], -0.25);
  EXPECT_DOUBLE_EQ(covariance[2], 0.25 / 255);
  EXPECT_DOUBLE_EQ(covariance[8], 0.25 / 255 / 255);
  EXPECT_NEAR(sums.mean()[2], 254.5, 1e-12);
  // The determinant vanishes: all pixels lie on a line through two colours.
  const PrincipalAxes axes = principal_axes(covariance);
  EXPECT_NEAR(axes.values[0], 0.5 + 0.25 / 255 / 255, 1e-15);
  EXPECT_NEAR(axes.values[1], 0, 1e-15);
}

}  // namespace
}  // namespace vggflow::testing
