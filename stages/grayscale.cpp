#include "pipeline/stage.h"

namespace vggflow {
namespace {

const ParamSpec kProbability{.key = "probability",
                             .fallback = "1",
                             .doc = "how likely an image loses its colours",
                             .min = 0,
                             .max = 1};

/// L = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601, as Pillow's convert("L")) on all three channels.
/// A colour map, so it stays pending and L is not rounded to a whole level.
class Grayscale final : public Stage {
 public:
  explicit Grayscale(Params& params) : probability_(params.number(kProbability)) {}

  void apply(Sample& sample, Rng& rng) const override {
    if (rng.uniform() >= probability_) return;
    sample.picture.colour({{0.299F, 0.587F, 0.114F, 0,  //
                            0.299F, 0.587F, 0.114F, 0,  //
                            0.299F, 0.587F, 0.114F, 0}});
  }

 private:
  double probability_;
};

const StageRegistration kRegistered{
    {.name = "grayscale",
     .doc = "Makes grey of colours (three equal channels), at random",
     .role = Role::augmentation,
     .recolours = true,
     .params = {kProbability},
     .make = [](Params& params) { return std::make_unique<Grayscale>(params); }}};

}  // namespace
}  // namespace vggflow
