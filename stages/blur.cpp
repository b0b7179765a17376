#include "pipeline/stage.h"
#include "stages/filter/gaussian_blur.h"
#include "stages/range.h"

namespace vggflow {
namespace {

const ParamSpec kSigma{.key = "sigma",
                       .fallback = "[0.1, 2]",
                       .unit = "px",
                       .doc = "least and greatest standard deviation",
                       .min = 0.01,
                       .max = kMostBlurSigma};
const ParamSpec kProbability{.key = "probability",
                             .fallback = "1",
                             .doc = "how likely an image is blurred",
                             .min = 0,
                             .max = 1};
const ParamSpec kKernel{.key = "kernel",
                        .fallback = "0",
                        .unit = "px",
                        .doc = "taps along each axis, odd; 0: 6 sigma + 1, rounded, made odd",
                        .min = 0,
                        .max = kMostBlurTaps};

/// Sigma uniform between its bounds. Draws whether, then sigma.
class Blur final : public Stage {
 public:
  explicit Blur(Params& params)
      : sigma_(read_range(params, kSigma)),
        probability_(params.number(kProbability)),
        taps_(static_cast<int>(params.integer(kKernel))) {
    if (taps_ != 0 && taps_ % 2 == 0) {
      params.fail(kKernel.key, "got " + std::to_string(taps_) + "; allowed: an odd number, or 0");
    }
  }

  void apply(Sample& sample, Rng& rng) const override {
    if (rng.uniform() >= probability_) return;
    const double sigma = sigma_.at(rng.uniform());
    gaussian_blur(sample.picture.pixels().view(), sigma, taps_);
  }

 private:
  Range sigma_;
  double probability_;
  int taps_;
};

const StageRegistration kRegistered{
    {.name = "blur",
     .doc = "Blurs with a Gaussian of random width, at random",
     .role = Role::augmentation,
     .renders = true,
     .params = {kSigma, kProbability, kKernel},
     .make = [](Params& params) { return std::make_unique<Blur>(params); }}};

}  // namespace
}  // namespace vggflow
