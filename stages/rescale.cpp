#include "pipeline/stage.h"
#include "stages/extents.h"

namespace vggflow {
namespace {

const ParamSpec kSide{.key = "side",
                      .unit = "px",
                      .doc = "S, the short side after rescaling",
                      .min = 1,
                      .max = kMostSide};

/// Isotropic: the long side becomes round-half-up(long * S / short).
class Rescale final : public Stage {
 public:
  explicit Rescale(Params& params) : side_(static_cast<int>(params.integer(kSide))) {}

  void apply(Sample& sample, Rng&) const override {
    sample.picture.rescale(rescaled_to_short_side(sample.picture.size(), side_));
  }
  [[nodiscard]] Extent extent(Extent in) const override {
    return rescaled_extent(in, side_, side_);
  }

 private:
  int side_;
};

const StageRegistration kRegistered{
    {.name = "rescale",
     .doc = "Rescales to a short side, keeping the proportions",
     .role = Role::geometry,
     .params = {kSide},
     .make = [](Params& params) { return std::make_unique<Rescale>(params); }}};

}  // namespace
}  // namespace vggflow
