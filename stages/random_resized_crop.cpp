#include <algorithm>
#include <cmath>

#include "pipeline/stage.h"
#include "stages/extents.h"
#include "stages/random_part.h"

namespace vggflow {
namespace {

const ParamSpec kSize{.key = "size",
                      .fallback = "224",
                      .unit = "px",
                      .doc = "side of the square that comes out",
                      .min = 1,
                      .max = kMostSide};
const ParamSpec kScale{.key = "scale",
                       .fallback = "[0.08, 1]",
                       .doc = "least and greatest share of the picture's area",
                       .min = 1e-6,
                       .max = 1};
const ParamSpec kRatio{.key = "ratio",
                       .fallback = "[0.75, 1.3333333333333333]",
                       .doc = "least and greatest width / height of what is cut",
                       .min = 1e-3,
                       .max = 1e3};

/// The crop of Szegedy et al., "Going deeper with convolutions", 2015, with the rules of
/// torchvision's RandomResizedCrop: ten tries at a part that fits, then the largest one in the
/// middle whose proportions are allowed.
class RandomResizedCrop final : public Stage {
 public:
  explicit RandomResizedCrop(Params& params)
      : side_(static_cast<int>(params.integer(kSize))),
        scale_(read_range(params, kScale)),
        ratio_(read_range(params, kRatio)) {}

  void apply(Sample& sample, Rng& rng) const override {
    sample.picture.crop(window(sample.picture.size(), rng));
    sample.picture.rescale({side_, side_});
  }
  [[nodiscard]] Extent extent(Extent) const override { return Extent::of({side_, side_}); }

 private:
  [[nodiscard]] Rect window(Size whole, Rng& rng) const {
    for (int i = 0; i < kPartTries; ++i) {
      const Size part = random_part(whole, scale_, ratio_, rng);
      if (Rect{0, 0, part.width, part.height}.within(whole)) {
        return placed_at_random(part, whole, rng);
      }
    }
    return centre_window(whole, fallback(whole));
  }
  [[nodiscard]] Size fallback(Size whole) const {
    const double ratio = static_cast<double>(whole.width) / whole.height;
    const auto side = [](double px) { return std::max(1, static_cast<int>(std::nearbyint(px))); };
    if (ratio < ratio_.lo) return {whole.width, side(whole.width / ratio_.lo)};
    if (ratio > ratio_.hi) return {side(whole.height * ratio_.hi), whole.height};
    return whole;
  }

  int side_;
  Range scale_;
  Range ratio_;
};

const StageRegistration kRegistered{
    {.name = "random_resized_crop",
     .doc = "Cuts a part of random area and proportions and rescales it to a square",
     .role = Role::geometry,
     .params = {kSize, kScale, kRatio},
     .make = [](Params& params) { return std::make_unique<RandomResizedCrop>(params); }}};

}  // namespace
}  // namespace vggflow
