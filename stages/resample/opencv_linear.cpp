#include "stages/resample/linear.h"
#include "stages/resample/profiles.h"

namespace vggflow {
namespace {

class OpencvLinear final : public Resampler {
 public:
  [[nodiscard]] std::string_view name() const override { return "opencv-linear"; }

  [[nodiscard]] Rect support(const Resampling& what) const override {
    return halves(what) ? halving_support(what.window)
                        : linear_support(what, LinearPlaces::centres);
  }

  void resample(ConstImageView in, Rect in_window, const Resampling& what,
                ImageView out) const override {
    if (halves(what)) return average_2x2(in, in_window, what, out);
    resample_linear(in, in_window, what, LinearPlaces::centres, out);
  }
};

}  // namespace

const Resampler& opencv_linear() {
  static const OpencvLinear kProfile;
  return kProfile;
}

}  // namespace vggflow
