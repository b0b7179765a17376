#include "pipeline/stage.h"
#include "stages/colour_fill.h"
#include "stages/random_part.h"

namespace vggflow {
namespace {

const ParamSpec kProbability{.key = "probability",
                             .fallback = "0.5",
                             .doc = "how likely a rectangle is erased",
                             .min = 0,
                             .max = 1};
const ParamSpec kArea{.key = "area",
                      .fallback = "[0.02, 0.33]",
                      .doc = "least and greatest share of the picture's area",
                      .min = 0,
                      .max = 1};
const ParamSpec kAspect{.key = "aspect",
                        .fallback = "[0.3, 3.3]",
                        .doc = "least and greatest height / width of the rectangle",
                        .min = 1e-3,
                        .max = 1e3};
const ParamSpec kFill{.key = "fill",
                      .fallback = "noise",
                      .doc = "what stands there then; mean: the mean colour of ImageNet",
                      .min = 0,
                      .max = 255,
                      .choices = "noise|mean|[R, G, B]"};

constexpr Colour kImagenetMean{124, 117, 104};

/// None: noise.
std::optional<Colour> read_fill(Params& params) {
  const Value* written = params.value(kFill.key);
  if (written == nullptr || written->kind != Value::Kind::list) {
    const std::string word = params.choice(kFill);
    if (word == "noise") return std::nullopt;
    if (word == "mean") return kImagenetMean;
  }
  return read_colour(params, kFill.key);
}

/// Every level of every channel equally likely; four of them of each draw, the lowest byte first.
void fill_with_noise(ImageView part, Rng& rng) {
  std::uint32_t bits = 0;
  int left = 0;
  for (int y = 0; y < part.size.height; ++y) {
    std::uint8_t* row = part.row(y);
    for (int i = 0; i < part.size.width * kChannels; ++i, bits >>= 8, --left) {
      if (left == 0) {
        bits = rng.bits();
        left = 4;
      }
      row[i] = static_cast<std::uint8_t>(bits);
    }
  }
}

/// Zhong et al., "Random erasing data augmentation", 2017 (arXiv 1708.04896), with the rules of
/// torchvision's RandomErasing: ten tries at a rectangle that is smaller than the picture along
/// both axes, else nothing is erased. Here on u8 levels, and `noise` is uniform as in the paper.
class RandomErase final : public Stage {
 public:
  explicit RandomErase(Params& params)
      : probability_(params.number(kProbability)),
        area_(read_range(params, kArea)),
        aspect_(read_range(params, kAspect)),
        fill_(read_fill(params)) {}

  void apply(Sample& sample, Rng& rng) const override {
    if (rng.uniform() >= probability_) return;
    const Size whole = sample.picture.size();
    for (int i = 0; i < kPartTries; ++i) {
      const Size on_its_side = random_part(whole, area_, aspect_, rng);
      const Size part{on_its_side.height, on_its_side.width};
      if (part.short_side() < 1 || part.width >= whole.width || part.height >= whole.height) {
        continue;
      }
      return erase(sample.picture.pixels().view().window(placed_at_random(part, whole, rng)), rng);
    }
  }

 private:
  void erase(ImageView part, Rng& rng) const {
    if (fill_) {
      fill(part, *fill_);
    } else {
      fill_with_noise(part, rng);
    }
  }

  double probability_;
  Range area_;
  Range aspect_;
  std::optional<Colour> fill_;
};

const StageRegistration kRegistered{
    {.name = "random_erase",
     .doc = "Erases a rectangle of random area and proportions, at random",
     .role = Role::augmentation,
     .renders = true,
     .params = {kProbability, kArea, kAspect, kFill},
     .make = [](Params& params) { return std::make_unique<RandomErase>(params); }}};

}  // namespace
}  // namespace vggflow
