#include "experiments/spec/stage_effects.h"

#include <algorithm>

#include "base/error.h"
#include "stages/resample/profile.h"

namespace vggflow {
namespace {

constexpr Size kBlank{1024, 768};     // px; larger than any S of the paper
constexpr std::uint32_t kTries = 16;  // a stage of probability 1/2 shows itself all but surely

/// Grey pixels; counts how often they are asked for.
class BlankSource final : public ImageSource {
 public:
  explicit BlankSource(int& reads) : reads_(reads) {}
  [[nodiscard]] Size size() const override { return kBlank; }
  void read(Rect /*window*/, ImageView out) override {
    ++reads_;
    for (int y = 0; y < out.size.height; ++y) {
      std::fill_n(out.row(y), out.size.width * kChannels, std::uint8_t{128});
    }
  }

 private:
  int& reads_;
};

/// One run of the stages; adds what is seen to `effects`.
void watch(const StageList& stages, const Resampler& resampler, std::uint32_t epoch,
           std::vector<StageEffect>& effects) {
  int reads = 0;
  Sample sample;
  sample.epoch = epoch;
  sample.picture = Picture(std::make_shared<BlankSource>(reads), resampler);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].role() == Role::decode) continue;
    const int reads_before = reads;
    const ColourAffine colour_before = sample.picture.pending_colour();
    Rng rng = stage_rng(stages[i], 0, epoch, 0);
    stages[i].stage->apply(sample, rng);
    if (reads != reads_before) effects[i].renders = true;
    if (sample.picture.pending_colour() != colour_before) effects[i].recolours = true;
  }
}

}  // namespace

std::vector<StageEffect> stage_effects(const StageList& stages, std::string_view profile) {
  std::vector<StageEffect> effects;
  for (const PlacedStage& placed : stages) {
    effects.push_back({placed.schema->renders, placed.role() == Role::normalisation});
  }
  try {
    for (std::uint32_t epoch = 0; epoch < kTries; ++epoch) {
      watch(stages, resampling_profile(profile), epoch, effects);
    }
  } catch (const Error&) {  // no blank picture for these stages: the schema has to do
  }
  return effects;
}

}  // namespace vggflow
