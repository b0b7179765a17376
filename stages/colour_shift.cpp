#include "pipeline/stage.h"

namespace vggflow {
namespace {

// The figures of ImageNet's training set as fb.resnet.torch published them (`Lighting`): 0.2175,
// 0.0188, 0.0045 are the eigenvalues of the covariance of RGB in [0, 1]; here times 255.
const ParamSpec kSigma{.key = "sigma",
                       .fallback = "0.1",
                       .doc = "standard deviation of the three random factors",
                       .min = 0};
const ParamSpec kEigenvalues{
    .key = "eigenvalues",
    .fallback = "[55.4625, 4.794, 1.1475]",
    .unit = "u8 levels",
    .doc = "shift per unit of factor: 255 times the eigenvalues of the covariance of RGB in [0, 1]",
    .min = 0};
const ParamSpec kEigenvectors{
    .key = "eigenvectors",
    .fallback = "[-0.5675, 0.7192, 0.4009, -0.5808, -0.0045, -0.8140, -0.5836, -0.6948, 0.4203]",
    .doc = "3x3 by rows R, G, B; each column belongs to one eigenvalue"};

/// PCA jitter (Krizhevsky et al., "ImageNet classification with deep convolutional neural
/// networks", 2012): adds [p1 p2 p3] [a1 l1, a2 l2, a3 l3]^T to every pixel, p and l the
/// eigenvectors and eigenvalues, a drawn per image from N(0, sigma).
class ColourShift final : public Stage {
 public:
  explicit ColourShift(Params& params)
      : sigma_(params.number(kSigma)),
        values_(params.numbers(kEigenvalues, 3)),
        vectors_(params.numbers(kEigenvectors, 9)) {}

  void apply(Sample& sample, Rng& rng) const override {
    double shift[3] = {};
    for (std::size_t i = 0; i < 3; ++i) {
      const double along = sigma_ * rng.normal() * values_[i];
      for (std::size_t c = 0; c < 3; ++c) shift[c] += vectors_[3 * c + i] * along;
    }
    ColourAffine affine;
    for (std::size_t c = 0; c < 3; ++c) affine.m[4 * c + 3] = static_cast<float>(shift[c]);
    sample.picture.colour(affine);
  }

 private:
  double sigma_;
  std::vector<double> values_;   // u8 levels
  std::vector<double> vectors_;  // (RGB, which), row-major
};

const StageRegistration kRegistered{
    {.name = "colour_shift",
     .doc = "Shifts colours along the principal components of RGB, at random",
     .role = Role::augmentation,
     .recolours = true,
     .params = {kSigma, kEigenvalues, kEigenvectors},
     .make = [](Params& params) { return std::make_unique<ColourShift>(params); }}};

}  // namespace
}  // namespace vggflow
