#include <string>

#include "pipeline/stage.h"
#include "stages/codec/open_image.h"
#include "stages/resample/profile.h"

namespace vggflow {
namespace {

/// "opencv-area|opencv-linear|...".
const std::string& profile_choices() {
  static const std::string kChoices = [] {
    std::string all;
    for (const std::string_view name : resampling_profile_names()) {
      all.append(all.empty() ? "" : "|").append(name);
    }
    return all;
  }();
  return kChoices;
}

const ParamSpec kProfile{.key = "profile",
                         .fallback = "opencv-linear",
                         .doc = "how pictures are resampled",
                         .choices = profile_choices()};
const ParamSpec kPartial{.key = "partial",
                         .fallback = "true",
                         .doc = "decode only the window that is needed; changes no pixel"};
const ParamSpec kScaled{.key = "scaled",
                        .fallback = "off",
                        .doc =
                            "auto: a JPEG that shrinks to half or less is decoded at 1/2, 1/4 or "
                            "1/8 first; other pixels, sooner",
                        .choices = "off|auto"};

/// Reads the header and makes the lazy picture; pixels are decoded when they are asked for.
class Decode final : public Stage {
 public:
  explicit Decode(Params& params)
      : resampler_(resampling_profile(params.choice(kProfile))),
        decoding_{.partial = params.flag(kPartial), .scaled = params.choice(kScaled) == "auto"} {}

  void apply(Sample& sample, Rng&) const override {
    sample.picture =
        Picture(open_image(sample.encoded, sample.memory), resampler_, decoding_, sample.memory);
  }

 private:
  const Resampler& resampler_;
  Decoding decoding_;
};

const StageRegistration kRegistered{
    {.name = "decode",
     .doc = "Opens the image (JPEG or PNG, told by its first bytes)",
     .role = Role::decode,
     .params = {kProfile, kPartial, kScaled},
     .make = [](Params& params) { return std::make_unique<Decode>(params); }}};

}  // namespace
}  // namespace vggflow
