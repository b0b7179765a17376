#include "pipeline/stage.h"
#include "stages/extents.h"

namespace vggflow {
namespace {

const ParamSpec kSize{
    .key = "size", .unit = "px", .doc = "side of the square", .min = 1, .max = kMostSide};

/// Offset floor((side - size) / 2) on each axis.
class CenterCrop final : public Stage {
 public:
  explicit CenterCrop(Params& params) : side_(static_cast<int>(params.integer(kSize))) {}

  void apply(Sample& sample, Rng&) const override {
    const Size size = sample.picture.size();
    require_room_for_crop(size, side_);
    sample.picture.crop(centre_window(size, {side_, side_}));
  }
  [[nodiscard]] Extent extent(Extent in) const override { return cropped_extent(in, side_); }

 private:
  int side_;
};

const StageRegistration kRegistered{
    {.name = "center_crop",
     .doc = "Cuts the square in the middle",
     .role = Role::geometry,
     .params = {kSize},
     .make = [](Params& params) { return std::make_unique<CenterCrop>(params); }}};

}  // namespace
}  // namespace vggflow
