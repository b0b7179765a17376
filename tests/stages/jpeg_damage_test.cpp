// What damaged and hostile JPEGs may cost: an Error, in bounded time and memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <array>
#include <cstdlib>

#include "base/error.h"
#include "pipeline/dataset.h"
#include "pipeline/picture.h"
#include "stages/codec/open_image.h"
#include "tests/stages/stage_fixture.h"

namespace vggflow {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace vggflow::testing;  // NOLINT

using Bytes = std::vector<std::byte>;

/// Where the first marker of the kind stands.
std::size_t marker_in(const Bytes& jpeg, unsigned char kind, std::size_t from = 0) {
  for (std::size_t i = from; i + 1 < jpeg.size(); ++i) {
    if (jpeg[i] == std::byte{0xFF} && jpeg[i + 1] == std::byte{kind}) return i;
  }
  return jpeg.size();
}

void write_size(Bytes& jpeg, Size size) {
  std::size_t at = marker_in(jpeg, 0xC0);             // baseline
  if (at == jpeg.size()) at = marker_in(jpeg, 0xC2);  // progressive
  const std::array<int, 4> bytes{size.height >> 8, size.height, size.width >> 8, size.width};
  for (std::size_t i = 0; i < 4; ++i) jpeg[at + 5 + i] = static_cast<std::byte>(bytes[i]);
}

void damage(Bytes& jpeg, Rng& rng) {
  const auto length = static_cast<std::uint32_t>(jpeg.size());
  if (rng.below(2) == 0) jpeg.resize(1 + rng.below(length));
  const std::uint32_t flips = rng.below(4);
  for (std::uint32_t i = 0; i < flips; ++i) {
    jpeg[rng.below(static_cast<std::uint32_t>(jpeg.size()))] ^= std::byte{1} << rng.below(8);
  }
}

/// "" for a picture that renders, else the message.
std::string outcome(const Bytes& jpeg, bool scaled, bool partial) {
  try {
    Picture picture(open_image(jpeg), resampling_profile("opencv-linear"),
                    {.partial = partial, .scaled = scaled});
    if (picture.size().area() > 1 << 22) return "large";  // damage to the header, still plausible
    picture.rescale({1 + picture.size().width / 3, 1 + picture.size().height / 3});
    picture.crop({0, 0, picture.size().width, (picture.size().height + 1) / 2});
    static_cast<void>(pixels_of(picture));
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::data);
    return error.what();
  }
}

std::int64_t peak_rss_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

/// A thousand files, each damaged at random: the same comes of it whatever is decoded, and it takes
/// bounded memory. `file` gives the i-th whole one.
template <class File>
void expect_errors_or_pictures(File file) {
  Rng rng(6, "damage", 0, 0);
  int failures = 0;
  int pictures = 0;
  const std::int64_t before = peak_rss_bytes();
  for (std::size_t i = 0; i < 1000; ++i) {
    Bytes jpeg = file(i);
    damage(jpeg, rng);
    const bool scaled = rng.below(2) == 0;
    const std::string partly = outcome(jpeg, scaled, true);
    ASSERT_EQ(partly, outcome(jpeg, scaled, false)) << "file " << i;
    partly.empty() ? ++pictures : ++failures;
  }
  EXPECT_GT(failures, 200);
  EXPECT_GT(pictures, 100);
  EXPECT_LT(peak_rss_bytes() - before, 768 << 20);
}

TEST(DamagedJpeg, AThousandOfThemAreErrorsOrPicturesWhateverIsDecoded) {
  const auto kinds = jpeg_kinds();
  expect_errors_or_pictures([&](std::size_t i) {
    return test_jpeg(test_picture({90, 70}), kinds[i % kinds.size()]);
  });
}

TEST(DamagedJpeg, AThousandRealOnesToo) {
  const char* tar = std::getenv("VGGFLOW_SAMPLE_TAR");
  if (tar == nullptr) GTEST_SKIP() << "VGGFLOW_SAMPLE_TAR names no tar of real images";
  Value source = Value::map();
  source["tar"] = Value::text(tar);
  const auto images = open_dataset(Params(source, "source"), ".");
  expect_errors_or_pictures([&](std::size_t i) {
    Bytes jpeg;
    images->read(i % images->size(), jpeg);
    return jpeg;
  });
}

TEST(HostileJpeg, ErrorForASizeThatNoPictureHas) {
  for (const bool progressive : {false, true}) {
    Bytes jpeg = test_jpeg(test_picture({20, 20}), {.name = "", .progressive = progressive});
    write_size(jpeg, {65500, 65500});
    EXPECT_EQ(outcome(jpeg, false, true),
              "its header says 65500x65500 px; allowed: 1 to 2^28 px in all");
  }
}

TEST(HostileJpeg, ErrorForASizeThatTheFileCannotHold) {
  for (const bool progressive : {false, true}) {
    Bytes jpeg = test_jpeg(test_picture({20, 20}), {.name = "", .progressive = progressive});
    write_size(jpeg, {16000, 16000});
    EXPECT_THAT(outcome(jpeg, false, true),
                StartsWith("its header says 16000x16000 px, which takes 1500000 bytes or more; "
                           "it has "));
  }
}

TEST(HostileJpeg, ErrorForAProgressiveOneOfTooManyCoefficients) {
  Bytes jpeg = test_jpeg(test_picture({20, 20}), {.name = "", .progressive = true});
  write_size(jpeg, {16000, 16000});
  jpeg.resize(1600000);
  EXPECT_EQ(outcome(jpeg, false, true),
            "progressive JPEG of 16000x16000 px, whose coefficients take 1464 MiB; allowed: 512");
}

TEST(HostileJpeg, ErrorForScansWithoutEnd) {
  const Bytes jpeg = test_jpeg(test_picture({20, 20}), {.name = "", .separate = true});
  const std::size_t first = marker_in(jpeg, 0xDA);
  const std::size_t second = marker_in(jpeg, 0xDA, first + 2);
  for (const auto& [scans, message] :
       {std::pair{150, ""}, std::pair{100000, "damaged JPEG: more than 200 scans"}}) {
    Bytes many(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(first));
    const Bytes scan(jpeg.begin() + static_cast<std::ptrdiff_t>(first),
                     jpeg.begin() + static_cast<std::ptrdiff_t>(second));
    for (int i = 0; i < scans; ++i) many.insert(many.end(), scan.begin(), scan.end());
    many.insert(many.end(), jpeg.begin() + static_cast<std::ptrdiff_t>(second), jpeg.end());
    EXPECT_EQ(outcome(many, false, true), message) << scans;
  }
}

}  // namespace
}  // namespace vggflow
