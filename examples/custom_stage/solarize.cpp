#include "pipeline/stage.h"

namespace {

using namespace vggflow;

const ParamSpec kThreshold{.key = "threshold",
                           .fallback = "128",
                           .unit = "u8 levels",
                           .doc = "levels from here on are inverted",
                           .min = 0,
                           .max = 256};
const ParamSpec kProbability{
    .key = "probability", .fallback = "0.5", .doc = "of changing a picture", .min = 0, .max = 1};

/// Inverts what is bright. No affine map of colours does that, so it asks for pixels.
class Solarize final : public Stage {
 public:
  explicit Solarize(Params& params)
      : threshold_(params.number(kThreshold)), probability_(params.number(kProbability)) {}

  void apply(Sample& sample, Rng& rng) const override {
    if (rng.uniform() >= probability_) return;
    const ImageView pixels = sample.picture.pixels().view();
    for (int y = 0; y < pixels.size.height; ++y) {
      std::uint8_t* row = pixels.row(y);
      for (int i = 0; i < pixels.size.width * kChannels; ++i) {
        if (row[i] >= threshold_) row[i] = static_cast<std::uint8_t>(255 - row[i]);
      }
    }
  }

 private:
  double threshold_;
  double probability_;
};

const StageRegistration kRegistered{
    {.name = "solarize",
     .doc = "Inverts the bright levels of a picture at random",
     .role = Role::augmentation,
     .renders = true,
     .params = {kThreshold, kProbability},
     .make = [](Params& params) { return std::make_unique<Solarize>(params); }}};

}  // namespace
