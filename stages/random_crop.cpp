#include "pipeline/stage.h"
#include "stages/extents.h"

namespace vggflow {
namespace {

const ParamSpec kSize{
    .key = "size", .unit = "px", .doc = "side of the square", .min = 1, .max = kMostSide};

/// Every position that fits is equally likely.
class RandomCrop final : public Stage {
 public:
  explicit RandomCrop(Params& params) : side_(static_cast<int>(params.integer(kSize))) {}

  void apply(Sample& sample, Rng& rng) const override {
    const Size size = sample.picture.size();
    require_room_for_crop(size, side_);
    const auto x = static_cast<int>(rng.between(0, size.width - side_));
    const auto y = static_cast<int>(rng.between(0, size.height - side_));
    sample.picture.crop({x, y, side_, side_});
  }
  [[nodiscard]] Extent extent(Extent in) const override { return cropped_extent(in, side_); }

 private:
  int side_;
};

const StageRegistration kRegistered{
    {.name = "random_crop",
     .doc = "Cuts a square at a random place",
     .role = Role::geometry,
     .params = {kSize},
     .make = [](Params& params) { return std::make_unique<RandomCrop>(params); }}};

}  // namespace
}  // namespace vggflow
