#include "pipeline/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "pipeline/planner.h"
#include "tests/stages/test_images.h"

namespace vggflow {
namespace {

using ::testing::HasSubstr;
using namespace vggflow::testing;  // NOLINT

/// Takes the nearest pixel: enough to see which pixels are asked for.
class Nearest final : public Resampler {
 public:
  [[nodiscard]] std::string_view name() const override { return "nearest"; }
  [[nodiscard]] Rect support(const Resampling& what) const override {
    const auto& [in, out, w, mirrored] = what;
    static_cast<void>(mirrored);
    const int x = at(w.x, in.width, out.width);
    const int y = at(w.y, in.height, out.height);
    return {x, y, at(w.x + w.width - 1, in.width, out.width) - x + 1,
            at(w.y + w.height - 1, in.height, out.height) - y + 1};
  }
  void resample(ConstImageView in, Rect in_window, const Resampling& what,
                ImageView out) const override {
    const Rect w = what.window;
    for (int y = 0; y < w.height; ++y) {
      const int from_y = at(w.y + y, what.in.height, what.out.height) - in_window.y;
      for (int x = 0; x < w.width; ++x) {
        const int from_x = at(w.x + x, what.in.width, what.out.width) - in_window.x;
        std::copy_n(in.at(from_x, from_y), kChannels,
                    out.at(what.mirrored ? w.width - 1 - x : x, y));
      }
    }
  }

 private:
  static int at(int i, int in, int out) { return i * in / out; }
};

const Nearest kNearest;

struct Made {
  std::shared_ptr<MemorySource> source;
  Picture picture;
};
Made make(Size size, bool partial = true) {
  auto source = std::make_shared<MemorySource>(test_picture(size));
  return {source, Picture(source, kNearest, {.partial = partial})};
}

Image rendered(const Picture& picture) {
  Image image(picture.size());
  picture.render(image.view());
  return image;
}

std::vector<std::uint8_t> expected(Size size, Rect window) {
  const Image picture = test_picture(size);
  return bytes(picture.view().window(window));
}

TEST(Picture, IsEmptyAtFirst) { EXPECT_EQ(Picture().size(), (Size{0, 0})); }

TEST(Picture, NothingIsReadBeforeRendering) {
  Made made = make({40, 30});
  made.picture.rescale({80, 60});
  made.picture.crop({10, 10, 20, 20});
  made.picture.mirror();
  EXPECT_EQ(made.picture.size(), (Size{20, 20}));
  EXPECT_EQ(made.source->reads(), 0);
}

TEST(Picture, OnlyTheWindowThatIsLeftIsRead) {
  Made made = make({40, 30});
  made.picture.crop({4, 2, 30, 20});
  made.picture.rescale({60, 40});
  made.picture.crop({10, 10, 20, 12});
  static_cast<void>(rendered(made.picture));
  EXPECT_EQ(made.source->last_read(), (Rect{9, 7, 10, 6}));
}

TEST(Picture, AMirrorBeforeTheCropReadsTheOtherSide) {
  Made made = make({40, 30});
  made.picture.mirror();
  made.picture.crop({0, 5, 10, 10});
  static_cast<void>(rendered(made.picture));
  EXPECT_EQ(made.source->last_read(), (Rect{30, 5, 10, 10}));
}

TEST(Picture, TwoMirrorsAreNone) {
  Made made = make({9, 4});
  made.picture.mirror();
  made.picture.mirror();
  EXPECT_EQ(bytes(rendered(made.picture).view()), expected({9, 4}, {0, 0, 9, 4}));
}

TEST(Picture, ASecondRescaleRendersTheFirst) {
  Made made = make({40, 30});
  made.picture.rescale({20, 15});
  EXPECT_EQ(made.source->reads(), 0);
  made.picture.rescale({10, 10});
  EXPECT_EQ(made.source->reads(), 1);
  EXPECT_EQ(made.picture.size(), (Size{10, 10}));
}

TEST(Picture, WithoutPartialDecodingWholeRowsFromTheTopAreRead) {
  Made made = make({40, 30}, false);
  made.picture.crop({4, 6, 20, 10});
  EXPECT_EQ(bytes(rendered(made.picture).view()), expected({40, 30}, {4, 6, 20, 10}));
  EXPECT_EQ(made.source->last_read(), (Rect{0, 0, 40, 16}));
}

TEST(Picture, PixelsAreThisCopysOwn) {
  Made made = make({8, 6});
  Picture copy = made.picture;
  made.picture.crop({1, 1, 4, 4});
  Image& pixels = made.picture.pixels();
  EXPECT_EQ(pixels.size(), (Size{4, 4}));
  std::fill_n(pixels.view().data, 4 * 4 * kChannels, std::uint8_t{9});
  Picture second = made.picture;
  std::fill_n(second.pixels().view().data, 4 * 4 * kChannels, std::uint8_t{1});
  EXPECT_EQ(*rendered(made.picture).view().data, 9);
  EXPECT_EQ(*rendered(second).view().data, 1);
  EXPECT_EQ(bytes(rendered(copy).view()), expected({8, 6}, {0, 0, 8, 6}));
}

TEST(Picture, PixelsAskedForAgainAreTheSameUnlessSharedOrPending) {
  Made made = make({8, 6});
  Image* const first = &made.picture.pixels();
  EXPECT_EQ(&made.picture.pixels(), first);
  {
    Picture copy = made.picture;
    EXPECT_NE(&copy.pixels(), first);
  }
  EXPECT_EQ(&made.picture.pixels(), first);
  made.picture.mirror();
  EXPECT_EQ(bytes(made.picture.pixels().view().window({7, 0, 1, 6})),
            expected({8, 6}, {0, 0, 1, 6}));
}

TEST(Picture, GeometryGoesOnAfterPixels) {
  Made made = make({8, 6});
  made.picture.mirror();
  static_cast<void>(made.picture.pixels());
  made.picture.crop({0, 0, 3, 6});
  made.picture.mirror();
  EXPECT_EQ(bytes(rendered(made.picture).view()), expected({8, 6}, {5, 0, 3, 6}));
}

/// Cuts its windows from a picture, the whole of which it repeats to the right.
class Twice final : public ImageSource {
 public:
  explicit Twice(Picture picture) : picture_(std::move(picture)) {}
  [[nodiscard]] Size size() const override {
    return {2 * picture_.size().width, picture_.size().height};
  }
  void read(Rect window, ImageView out) override {
    const int width = picture_.size().width;
    for (int x = 0; x < window.width; ++x) {
      Picture column = picture_;
      column.crop({(window.x + x) % width, window.y, 1, window.height});
      column.render(out.window({x, 0, 1, window.height}));
    }
  }

 private:
  Picture picture_;
};

TEST(Picture, ShowsAnotherSourceThatMayDrawOnItself) {
  for (const bool partial : {true, false}) {
    Made made = make({8, 6}, partial);
    ColourAffine affine;
    affine.m[3] = -100;
    made.picture.colour(affine);
    made.picture.mirror();
    made.picture.show(std::make_shared<Twice>(made.picture));
    EXPECT_EQ(made.source->reads(), 0);
    EXPECT_EQ(made.picture.size(), (Size{16, 6}));
    EXPECT_EQ(made.picture.pending_colour(), affine);
    made.picture.mirror();
    made.picture.crop({3, 1, 5, 4});
    EXPECT_EQ(bytes(rendered(made.picture).view()), expected({8, 6}, {3, 1, 5, 4}));
  }
}

TEST(Picture, ShowsAnotherSourceInsteadOfPixels) {
  Made made = make({8, 6});
  static_cast<void>(made.picture.pixels());
  made.picture.show(std::make_shared<MemorySource>(test_picture({5, 4})));
  EXPECT_EQ(bytes(rendered(made.picture).view()), expected({5, 4}, {0, 0, 5, 4}));
}

TEST(Picture, ASecondRescaleRendersTheFirstOfTheSourceShown) {
  Made made = make({40, 30});
  made.picture.rescale({20, 15});
  made.picture.show(std::make_shared<Twice>(made.picture));
  made.picture.show(std::make_shared<Twice>(made.picture));
  made.picture.crop({0, 0, 20, 15});
  EXPECT_EQ(made.source->reads(), 0);
  made.picture.rescale({10, 10});
  EXPECT_GT(made.source->reads(), 0);
  Made by_hand = make({40, 30});
  by_hand.picture.rescale({20, 15});
  static_cast<void>(by_hand.picture.pixels());
  by_hand.picture.rescale({10, 10});
  EXPECT_EQ(bytes(rendered(made.picture).view()), bytes(rendered(by_hand.picture).view()));
  const int reads = made.source->reads();
  made.picture.rescale({30, 30});  // renders its own pixels; the source is no more
  EXPECT_EQ(made.source->reads(), reads);
}

TEST(Picture, ErrorForPixelsAfterAColourMap) {
  Made made = make({8, 6});
  ColourAffine affine;
  affine.m[3] = -100;
  made.picture.colour(affine);
  EXPECT_EQ(made.picture.pending_colour(), affine);
  try {
    static_cast<void>(made.picture.pixels());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.origin(), Origin::spec);
    EXPECT_THAT(error.what(), HasSubstr("comes after one that maps colours"));
  }
}

TEST(Picture, ErrorForAWindowOutside) {
  Made made = make({40, 30});
  made.picture.rescale({20, 15});
  for (const Rect window : {Rect{0, 0, 21, 15}, Rect{-1, 0, 5, 5}, Rect{0, 0, 0, 5}}) {
    EXPECT_THROW(made.picture.crop(window), Error);
  }
  try {
    made.picture.crop({3, 1, 20, 15});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the window 20x15 at (3, 1) is not within the picture of 20x15 px");
  }
}

TEST(Picture, ErrorForRescalingToNothing) {
  Made made = make({40, 30});
  EXPECT_THROW(made.picture.rescale({0, 5}), Error);
}

TEST(Picture, KeptPicturesAreDecodedOnceForAllCopies) {
  Made made = make({40, 30});
  made.picture.keep_decoded();
  for (int i = 0; i < 4; ++i) {
    Picture view = made.picture;
    view.crop({i, i, 10, 10});
    EXPECT_EQ(bytes(rendered(view).view()), expected({40, 30}, {i, i, 10, 10}));
  }
  EXPECT_EQ(made.source->reads(), 1);
}

TEST(Picture, KeptPicturesFailOnlyWhereTheyAreDamaged) {
  Made made = make({40, 30});
  made.source->damage_from(20);
  made.picture.keep_decoded();
  Picture above = made.picture;
  above.crop({0, 0, 10, 20});
  EXPECT_EQ(bytes(rendered(above).view()), expected({40, 30}, {0, 0, 10, 20}));
  EXPECT_THROW(static_cast<void>(rendered(made.picture)), Error);
}

TEST(View, WholeRescalesToTheShortSide) {
  Made made = make({40, 30});
  apply({.kind = View::Kind::whole, .short_side = 15}, made.picture);
  EXPECT_EQ(made.picture.size(), (Size{20, 15}));
}

TEST(View, CentreIsTheMirroredMiddle) {
  Made made = make({40, 31});
  apply({.kind = View::Kind::centre, .short_side = 31, .crop = 10, .mirror = true}, made.picture);
  Made by_hand = make({40, 31});
  by_hand.picture.crop({15, 10, 10, 10});
  by_hand.picture.mirror();
  EXPECT_EQ(bytes(rendered(made.picture).view()), bytes(rendered(by_hand.picture).view()));
}

TEST(View, ErrorForACropLargerThanThePicture) {
  Made made = make({40, 30});
  EXPECT_THROW(apply({.kind = View::Kind::centre, .short_side = 9, .crop = 10}, made.picture),
               Error);
}

}  // namespace
}  // namespace vggflow
