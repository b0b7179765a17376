#include "experiments/report/thumbnails.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/image.h"
#include "stages/codec/encode_png.h"
#include "stages/dataset/whole_picture.h"
#include "tests/experiments/report/report_folder.h"

namespace vggflow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ThumbnailsTest : public ReportFolder {
 protected:
  void SetUp() override {
    ReportFolder::SetUp();
    write(out_ / "A/spec.yaml",
          "name: A\npipeline: [stage_of_a_plugin]\ndata: {val: {folder: val}}\n");
  }
  /// Left half of one colour, right half of another.
  void add_image(const std::string& name, Size size) const {
    Image image(size);
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        for (int c = 0; c < kChannels; ++c) {
          image.view().at(x, y)[c] = static_cast<std::uint8_t>(2 * x < size.width ? 40 : 200);
        }
      }
    }
    const auto png = encode_png(std::as_const(image).view());
    write(out_ / "data/val" / name, {reinterpret_cast<const char*>(png.data()), png.size()});
  }
  [[nodiscard]] Image shown(std::uint64_t id, const std::string& name) const {
    return decode_whole(Thumbnails(out_ / "A", out_ / "data").jpeg(id, name));
  }
  /// What of one image cannot be shown.
  [[nodiscard]] std::string why_not(std::uint64_t id, const std::string& name) const {
    try {
      (void)shown(id, name);
    } catch (const Error& error) {
      return error.what();
    }
    return "it was shown";
  }
};

TEST_F(ThumbnailsTest, AreTheWholeImageShrunk) {
  add_image("cat/1.png", {600, 480});
  const Image image = shown(0, "cat/1.png");
  EXPECT_EQ(image.size(), (Size{150, 120}));
  EXPECT_NEAR(image.view().at(20, 60)[0], 40, 4);
  EXPECT_NEAR(image.view().at(130, 60)[2], 200, 4);
}

TEST_F(ThumbnailsTest, ASmallImageStaysAndAPanoramaIsItsMiddle) {
  add_image("cat/1.png", {60, 40});
  add_image("cat/2.png", {2400, 240});
  EXPECT_EQ(shown(0, "cat/1.png").size(), (Size{60, 40}));
  const Image middle = shown(1, "cat/2.png");
  EXPECT_EQ(middle.size(), (Size{240, 120}));
  EXPECT_NEAR(middle.view().at(60, 60)[0], 40, 4);
  EXPECT_NEAR(middle.view().at(180, 60)[0], 200, 4);
}

TEST_F(ThumbnailsTest, ImagesOfAnotherDataSetAreRefused) {
  add_image("cat/1.png", {60, 40});
  EXPECT_THAT(why_not(0, "dog/1.png"), HasSubstr("dog/1.png: is not image 0 of folder"));
  EXPECT_THAT(why_not(1, "cat/1.png"), HasSubstr("cat/1.png: is not image 1 of folder"));
  write(out_ / "data/val/cat/1.png", "no image");
  EXPECT_THAT(why_not(0, "cat/1.png"), HasSubstr("no image"));
}

TEST_F(ThumbnailsTest, NoDataIsAnError) {
  EXPECT_THAT(why_not(0, "cat/1.png"), HasSubstr("data/val"));
  write(out_ / "A/spec.yaml", "name: A\n");
  EXPECT_THAT(why_not(0, "cat/1.png"), HasSubstr("data.val: is missing"));
  fs::remove(out_ / "A/spec.yaml");
  EXPECT_THAT(why_not(0, "cat/1.png"), HasSubstr("spec.yaml"));
}

}  // namespace
}  // namespace vggflow
