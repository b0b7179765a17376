#include <algorithm>

#include "pipeline/stage.h"
#include "stages/extents.h"
#include "stages/padded_source.h"

namespace vggflow {
namespace {

const ParamSpec kPx{.key = "px",
                    .fallback = "0",
                    .unit = "px",
                    .doc = "what each side grows by; either this or size",
                    .min = 0,
                    .max = kMostSide};
const ParamSpec kSize{.key = "size",
                      .fallback = "0",
                      .unit = "px",
                      .doc = "width and height grow to at least this; either this or px",
                      .min = 0,
                      .max = kMostSide};
const ParamSpec kMode{.key = "mode",
                      .fallback = "constant",
                      .doc = "what stands there: a colour, the edge or the picture mirrored at it",
                      .choices = "constant|edge|reflect"};
const ParamSpec kFill{.key = "fill",
                      .fallback = "[0, 0, 0]",
                      .unit = "u8 levels",
                      .doc = "the colour R, G, B of mode constant",
                      .min = 0,
                      .max = 255};

Beyond read_mode(Params& params) {
  const std::string mode = params.choice(kMode);
  if (mode == "constant") return Beyond::constant;
  if (params.has(kFill.key)) {
    params.fail(kFill.key, "is of no use with mode " + mode + "; allowed: with constant");
  }
  return mode == "edge" ? Beyond::edge : Beyond::reflect;
}

/// The picture stays in the middle, an odd pixel goes right and to the bottom. It stays pending; a
/// colour map that is pending by then covers the margins, too.
class Pad final : public Stage {
 public:
  explicit Pad(Params& params)
      : px_(static_cast<int>(params.integer(kPx))),
        size_(static_cast<int>(params.integer(kSize))),
        beyond_(read_mode(params)),
        colour_(read_colour(params, kFill.key, kFill.fallback)) {
    const bool both = params.has(kPx.key);
    if (both == params.has(kSize.key)) {
      params.fail(kSize.key, std::string(both ? "is given beside px" : "is missing, px as well") +
                                 "; allowed: one of the two");
    }
  }

  void apply(Sample& sample, Rng&) const override {
    const Size size = sample.picture.size();
    const int x = padding(size.width);
    const int y = padding(size.height);
    if (x == 0 && y == 0) return;
    const Margins margins{x / 2, y / 2, x - x / 2, y - y / 2};
    sample.picture.show(std::allocate_shared<PaddedSource>(
        std::pmr::polymorphic_allocator<PaddedSource>(sample.memory), sample.picture, margins,
        beyond_, colour_));
  }

  [[nodiscard]] Extent extent(Extent in) const override {
    if (in.fixed) {
      return Extent::of({in.fixed->width + padding(in.fixed->width),
                         in.fixed->height + padding(in.fixed->height)});
    }
    if (in.least_side) return {.fixed = {}, .least_side = *in.least_side + padding(*in.least_side)};
    return in;
  }

 private:
  /// Both sides together, px.
  [[nodiscard]] int padding(int length) const { return std::max(2 * px_, size_ - length); }

  int px_;
  int size_;
  Beyond beyond_;
  Colour colour_;
};

const StageRegistration kRegistered{
    {.name = "pad",
     .doc = "Adds margins around the picture",
     .role = Role::geometry,
     .params = {kPx, kSize, kMode, kFill},
     .make = [](Params& params) { return std::make_unique<Pad>(params); }}};

}  // namespace
}  // namespace vggflow
