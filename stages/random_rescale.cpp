#include "pipeline/stage.h"
#include "stages/extents.h"

namespace vggflow {
namespace {

const ParamSpec kMin{
    .key = "min", .unit = "px", .doc = "least short side", .min = 1, .max = kMostSide};
const ParamSpec kMax{
    .key = "max", .unit = "px", .doc = "greatest short side, included", .min = 1, .max = kMostSide};

/// Scale jitter: S uniform over the whole numbers from min to max, both included.
class RandomRescale final : public Stage {
 public:
  explicit RandomRescale(Params& params)
      : min_(static_cast<int>(params.integer(kMin))), max_(static_cast<int>(params.integer(kMax))) {
    if (min_ > max_) {
      params.fail("max", "got " + std::to_string(max_) + "; allowed: at least min, " +
                             std::to_string(min_));
    }
  }

  void apply(Sample& sample, Rng& rng) const override {
    const auto side = static_cast<int>(rng.between(min_, max_));
    sample.picture.rescale(rescaled_to_short_side(sample.picture.size(), side));
  }
  [[nodiscard]] Extent extent(Extent in) const override { return rescaled_extent(in, min_, max_); }

 private:
  int min_;
  int max_;
};

const StageRegistration kRegistered{
    {.name = "random_rescale",
     .doc = "Rescales to a short side drawn per image (scale jitter)",
     .role = Role::geometry,
     .params = {kMin, kMax},
     .make = [](Params& params) { return std::make_unique<RandomRescale>(params); }}};

}  // namespace
}  // namespace vggflow
