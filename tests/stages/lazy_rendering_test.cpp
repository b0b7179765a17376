// Lazy rendering against an independent one: every step done at once, on whole pictures.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/rng.h"
#include "pipeline/picture.h"
#include "stages/codec/open_image.h"
#include "stages/resample/profile.h"
#include "tests/stages/test_images.h"

namespace vggflow {
namespace {

using namespace vggflow::testing;  // NOLINT

struct Step {
  enum class Kind { rescale, crop, mirror, pixels } kind;
  Size to;
  Rect window;
};

std::string text_of(const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps) {
    switch (step.kind) {
      case Step::Kind::rescale:
        text += " rescale " + to_string(step.to);
        break;
      case Step::Kind::mirror:
        text += " mirror";
        break;
      case Step::Kind::pixels:
        text += " pixels";
        break;
      case Step::Kind::crop:
        text += " crop " + to_string(step.window.size()) + "+" + std::to_string(step.window.x) +
                "+" + std::to_string(step.window.y);
    }
  }
  return text;
}

std::vector<Step> random_steps(Rng& rng, Size size) {
  std::vector<Step> steps(rng.below(7));
  for (Step& step : steps) {
    step.kind = static_cast<Step::Kind>(rng.below(16) == 0 ? 3 : rng.below(3));
    if (step.kind == Step::Kind::rescale) {
      const auto side = [&](int length) {
        return static_cast<int>(rng.between(std::max(1, length / 3), 2 * length));
      };
      step.to = {side(size.width), side(size.height)};
      if (rng.below(6) == 0) step.to = {(size.width + 1) / 2, (size.height + 1) / 2};
      if (step.to.area() > 90000) step.to = {120, 90};
      size = step.to;
    } else if (step.kind == Step::Kind::crop) {
      const auto width = static_cast<int>(rng.between((size.width + 1) / 2, size.width));
      const auto height = static_cast<int>(rng.between((size.height + 1) / 2, size.height));
      step.window = {static_cast<int>(rng.between(0, size.width - width)),
                     static_cast<int>(rng.between(0, size.height - height)), width, height};
      size = step.window.size();
    }
  }
  return steps;
}

Image at_once(Image image, const std::vector<Step>& steps, const Resampler& resampler) {
  for (const Step& step : steps) {
    const Size size = image.size();
    if (step.kind == Step::Kind::rescale) {
      Image next(step.to);
      resampler.resample(std::as_const(image).view(), {0, 0, size.width, size.height},
                         {.in = size, .out = step.to}, next.view());
      image = std::move(next);
    } else if (step.kind == Step::Kind::crop) {
      MemorySource source(std::move(image));
      image = window_of(source, step.window);
    } else if (step.kind == Step::Kind::mirror) {
      Image next(size);
      for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
          std::copy_n(image.view().at(x, y), kChannels, next.view().at(size.width - 1 - x, y));
        }
      }
      image = std::move(next);
    }
  }
  return image;
}

void make_pending(Picture& picture, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    switch (step.kind) {
      case Step::Kind::rescale:
        picture.rescale(step.to);
        break;
      case Step::Kind::crop:
        picture.crop(step.window);
        break;
      case Step::Kind::mirror:
        picture.mirror();
        break;
      case Step::Kind::pixels:
        static_cast<void>(picture.pixels());
        break;
    }
  }
}

class LazyRendering : public ::testing::TestWithParam<std::string_view> {};

TEST_P(LazyRendering, EqualsStepByStepToTheBit) {
  const Resampler& profile = resampling_profile(GetParam());
  Rng rng(5, GetParam(), 0, 0);
  const std::vector<JpegKind> kinds{{"yuv420", 2, 2}, {"yuv444"}, {.name = "grey", .grey = true}};
  for (const Size size :
       {Size{1, 1}, Size{1, 60}, Size{70, 1}, Size{64, 64}, Size{97, 61}, Size{120, 173}}) {
    const auto encoded = test_jpeg(test_picture(size), kinds[rng.below(3)]);
    const Image decoded = whole(*open_image(encoded));
    for (int i = 0; i < 200; ++i) {
      const std::vector<Step> steps = random_steps(rng, size);
      const Image expected = at_once(decoded, steps, profile);
      for (const bool partial : {true, false}) {
        Picture picture(open_image(encoded), profile, {.partial = partial});
        if (i % 5 == 0) picture.keep_decoded();
        make_pending(picture, steps);
        ASSERT_EQ(picture.size(), expected.size()) << text_of(steps);
        Image rendered(picture.size());
        picture.render(rendered.view());
        ASSERT_EQ(bytes(std::as_const(rendered).view()), bytes(expected.view()))
            << to_string(size) << text_of(steps) << (partial ? "" : " (no partial decoding)");
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, LazyRendering, ::testing::ValuesIn(resampling_profile_names()),
                         [](const auto& info) {
                           std::string name(info.param);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace vggflow
