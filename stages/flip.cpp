#include "pipeline/stage.h"

namespace vggflow {
namespace {

const ParamSpec kProbability{.key = "probability",
                             .fallback = "0.5",
                             .doc = "how likely an image is mirrored",
                             .min = 0,
                             .max = 1};

class Flip final : public Stage {
 public:
  explicit Flip(Params& params) : probability_(params.number(kProbability)) {}

  void apply(Sample& sample, Rng& rng) const override {
    if (rng.uniform() < probability_) sample.picture.mirror();
  }

 private:
  double probability_;
};

const StageRegistration kRegistered{
    {.name = "flip",
     .doc = "Mirrors left and right, at random",
     .role = Role::augmentation,
     .params = {kProbability},
     .make = [](Params& params) { return std::make_unique<Flip>(params); }}};

}  // namespace
}  // namespace vggflow
