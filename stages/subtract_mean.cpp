#include "pipeline/stage.h"

namespace vggflow {
namespace {

const ParamSpec kRgb{.key = "rgb",
                     .fallback = "[123.68, 116.779, 103.939]",
                     .unit = "u8 levels",
                     .doc = "what is subtracted from R, G, B; the default is ImageNet's mean"};

class SubtractMean final : public Stage {
 public:
  explicit SubtractMean(Params& params) {
    const std::vector<double> mean = params.numbers(kRgb, 3);
    for (std::size_t c = 0; c < 3; ++c) affine_.m[4 * c + 3] = static_cast<float>(-mean[c]);
  }

  void apply(Sample& sample, Rng&) const override { sample.picture.colour(affine_); }

 private:
  ColourAffine affine_;
};

const StageRegistration kRegistered{
    {.name = "subtract_mean",
     .doc = "Subtracts the mean colour",
     .role = Role::normalisation,
     .recolours = true,
     .params = {kRgb},
     .make = [](Params& params) { return std::make_unique<SubtractMean>(params); }}};

}  // namespace
}  // namespace vggflow
