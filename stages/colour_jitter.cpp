#include <algorithm>
#include <array>
#include <utility>

#include "pipeline/stage.h"
#include "stages/colour/pillow_adjust.h"
#include "stages/range.h"

namespace vggflow {
namespace {

const ParamSpec kBrightness{.key = "brightness",
                            .fallback = "0",
                            .doc = "x: its factor is uniform in [max(0, 1 - x), 1 + x]",
                            .min = 0,
                            .max = 100};
const ParamSpec kContrast{.key = "contrast",
                          .fallback = "0",
                          .doc = "likewise, about the mean grey",
                          .min = 0,
                          .max = 100};
const ParamSpec kSaturation{.key = "saturation",
                            .fallback = "0",
                            .doc = "likewise, about each pixel's grey",
                            .min = 0,
                            .max = 100};
const ParamSpec kHue{.key = "hue",
                     .fallback = "0",
                     .unit = "turns",
                     .doc = "h: the shift is uniform in [-h, h]",
                     .min = 0,
                     .max = 0.5};

/// torchvision's ColorJitter: the four changes in random order, each as Pillow makes it. One whose
/// parameter is 0 is left out, but its random number is drawn, so the others stay as they were.
class ColourJitter final : public Stage {
 public:
  explicit ColourJitter(Params& params)
      : strengths_{params.number(kBrightness), params.number(kContrast), params.number(kSaturation),
                   params.number(kHue)} {}

  /// Draws the four numbers in the order of the parameters, then the order of the changes.
  void apply(Sample& sample, Rng& rng) const override {
    if (strengths_ == std::array<double, kKinds>{}) return;
    std::array<double, kKinds> settings{};
    for (std::size_t kind = 0; kind < kKinds; ++kind) settings[kind] = drawn(kind, rng);
    const ImageView image = sample.picture.pixels().view();
    for (const std::size_t kind : random_order(rng)) {
      if (strengths_[kind] > 0) kChanges[kind](image, settings[kind]);
    }
  }

 private:
  static constexpr std::size_t kKinds = 4;
  static constexpr std::array<void (*)(ImageView, double), kKinds> kChanges{
      adjust_brightness, adjust_contrast, adjust_saturation, shift_hue};
  static constexpr std::size_t kHueKind = 3;

  [[nodiscard]] double drawn(std::size_t kind, Rng& rng) const {
    const double hi = strengths_[kind];
    if (kind == kHueKind) return Range{-hi, hi}.at(rng.uniform());
    return Range{std::max(0.0, 1 - hi), 1 + hi}.at(rng.uniform());
  }

  static std::array<std::size_t, kKinds> random_order(Rng& rng) {
    std::array<std::size_t, kKinds> order{0, 1, 2, 3};
    for (std::uint32_t left = kKinds; left > 1; --left) {
      std::swap(order[left - 1], order[rng.below(left)]);
    }
    return order;
  }

  std::array<double, kKinds> strengths_;
};

const StageRegistration kRegistered{
    {.name = "colour_jitter",
     .doc = "Changes brightness, contrast, saturation and hue at random, in random order",
     .role = Role::augmentation,
     .renders = true,
     .params = {kBrightness, kContrast, kSaturation, kHue},
     .make = [](Params& params) { return std::make_unique<ColourJitter>(params); }}};

}  // namespace
}  // namespace vggflow
