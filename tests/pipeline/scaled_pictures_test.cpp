#include "pipeline/scaled_pictures.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <random>

#include "base/error.h"
#include "tests/pipeline/flow_fixtures.h"

namespace vggflow {
namespace {

using testing::MemoryFile;
using testing::MemorySource;

/// Counts, and is nearest neighbour.
class CountingResampler final : public Resampler {
 public:
  std::string_view name() const override { return "counting"; }
  Rect support(const Resampling& what) const override { return nearest_.support(what); }
  void resample(ConstImageView in, Rect in_window, const Resampling& what,
                ImageView out) const override {
    ++calls;
    nearest_.resample(in, in_window, what, out);
  }
  mutable std::atomic<int> calls{0};

 private:
  testing::NearestResampler nearest_;
};

std::shared_ptr<ImageSource> source_of(const MemoryFile& file) {
  return std::make_shared<MemorySource>(std::as_bytes(std::span(&file, 1)));
}

std::vector<std::uint8_t> pixels_of(const Picture& picture) {
  const Size size = picture.size();
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size.area()) * kChannels);
  picture.render({pixels.data(), size, std::ptrdiff_t{size.width} * kChannels});
  return pixels;
}

std::vector<View> grid_views(int short_side, int crop, int grid) {
  std::vector<View> views;
  for (const bool mirror : {false, true}) {
    for (int row = 0; row < grid; ++row) {
      for (int column = 0; column < grid; ++column) {
        views.push_back({View::Kind::grid, short_side, crop, mirror, grid, column, row});
      }
    }
  }
  return views;
}

TEST(ScaledPictures, ShowWhatEachViewAloneWouldShow) {
  const CountingResampler resampler;
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const MemoryFile file{
        random(), {static_cast<int>(20 + random() % 40), static_cast<int>(20 + random() % 40)}};
    std::vector<View> views = grid_views(18, 12, 2 + static_cast<int>(random() % 4));
    views.push_back({View::Kind::centre, 18, 12, true});
    views.push_back({View::Kind::whole, 25, 0, false});
    views.push_back({View::Kind::whole, 25, 0, true});
    views.push_back({View::Kind::centre, 31, 9, false});
    views.push_back({View::Kind::centre, 31, 13, true});
    views.push_back({View::Kind::whole, 40, 0, true});
    std::shuffle(views.begin(), views.end(), random);
    Picture start(source_of(file), resampler);
    if (round % 3 == 1) start.crop({1, 2, start.size().width - 4, start.size().height - 3});
    if (round % 3 == 2) start.mirror();

    ScaledPictures pictures(start);
    for (const View& view : views) pictures.expect(view);
    pictures.render();
    for (const View& view : views) {
      Picture alone = start;
      apply(view, alone);
      const Picture shown = pictures.shown_by(view);
      ASSERT_EQ(shown.size(), alone.size());
      EXPECT_EQ(pixels_of(shown), pixels_of(alone));
    }
  }
}

TEST(ScaledPictures, AreDecodedOnceAndResampledOnceAScale) {
  const CountingResampler resampler;
  const MemoryFile file{3, {50, 40}};
  ScaledPictures pictures{Picture(source_of(file), resampler)};
  std::vector<View> views = grid_views(30, 12, 5);
  const std::vector<View> more = grid_views(35, 12, 5);
  views.insert(views.end(), more.begin(), more.end());
  MemorySource::decodes = 0;
  for (const View& view : views) pictures.expect(view);
  pictures.render();
  for (const View& view : views) static_cast<void>(pixels_of(pictures.shown_by(view)));
  EXPECT_EQ(MemorySource::decodes, 1);
  EXPECT_EQ(resampler.calls, 2);
}

TEST(ScaledPictures, KeepAPendingColour) {
  const CountingResampler resampler;
  const MemoryFile file{3, {50, 40}};
  Picture start(source_of(file), resampler);
  ColourAffine darker;
  darker.m[3] = -7;
  start.colour(darker);
  ScaledPictures pictures(start);
  for (const View& view : grid_views(30, 12, 2)) pictures.expect(view);
  pictures.render();
  EXPECT_EQ(pictures.shown_by(grid_views(30, 12, 2)[0]).pending_colour(), darker);
}

TEST(View, AGridGoesFromBorderToBorderInEqualSteps) {
  for (const int grid : {2, 3, 5, 7}) {
    for (int room = 0; room < 60; ++room) {
      const Size rescaled{12 + room, 12};
      for (int place = 0; place < grid; ++place) {
        const View view{View::Kind::grid, 12, 12, false, grid, place, 0};
        const Rect window = view.window(rescaled);
        const double exact = static_cast<double>(place) * room / (grid - 1);
        EXPECT_EQ(window.x, static_cast<int>(std::floor(exact + 0.5)));  // half up
        EXPECT_TRUE(window.within(rescaled));
      }
    }
  }
}

TEST(View, RowsAndColumnsOfAGrid) {
  const View view{View::Kind::grid, 20, 10, false, 5, 4, 1};
  EXPECT_EQ(view.window({40, 20}), (Rect{30, 3, 10, 10}));  // 2.5 rounds up
}

}  // namespace
}  // namespace vggflow
