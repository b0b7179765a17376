#include "pipeline/stage.h"

namespace vggflow {
namespace {

const ParamSpec kMean{.key = "mean",
                      .fallback = "[123.68, 116.779, 103.939]",
                      .unit = "u8 levels",
                      .doc = "what is subtracted from R, G, B; the default is ImageNet's mean"};
const ParamSpec kDivisor{.key = "divisor",
                         .fallback = "[1, 1, 1]",
                         .unit = "u8 levels",
                         .doc = "what R, G, B are divided by then",
                         .min = 1e-6};

/// out = (in - mean) / divisor, channel by channel.
class Normalize final : public Stage {
 public:
  explicit Normalize(Params& params) {
    const std::vector<double> mean = params.numbers(kMean, 3);
    const std::vector<double> divisor = params.numbers(kDivisor, 3);
    for (std::size_t c = 0; c < 3; ++c) {
      affine_.m[5 * c] = static_cast<float>(1 / divisor[c]);
      affine_.m[4 * c + 3] = static_cast<float>(-mean[c] / divisor[c]);
    }
  }

  void apply(Sample& sample, Rng&) const override { sample.picture.colour(affine_); }

 private:
  ColourAffine affine_;
};

const StageRegistration kRegistered{
    {.name = "normalize",
     .doc = "Subtracts a mean and divides, per channel",
     .role = Role::normalisation,
     .recolours = true,
     .params = {kMean, kDivisor},
     .make = [](Params& params) { return std::make_unique<Normalize>(params); }}};

}  // namespace
}  // namespace vggflow
