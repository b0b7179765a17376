#include <cstdio>
#include <cstdlib>

#include "base/error.h"
#include "experiments/spec/sections.h"

namespace vggflow {
namespace {

/// f32 keeps seven digits; six give back what was written.
double six_digits(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", number);
  return std::strtod(text, nullptr);
}

/// All normalisation stages together, by letting them work on a picture that has no pixels.
ColourAffine normalisation_of(const StageList& stages) {
  Sample sample;
  for (const PlacedStage& placed : stages) {
    // A stage that asks for pixels cannot be told as a colour map; scorers here run it as it is.
    if (placed.role() != Role::normalisation || placed.schema->renders) continue;
    Rng rng = stage_rng(placed, 0, 0, 0);
    placed.stage->apply(sample, rng);
  }
  return sample.picture.pending_colour();
}

const ParamSpec& decode_spec(std::string_view key) {
  const StageSchema* decode = StageRegistry::instance().find("decode");
  if (decode != nullptr) {
    for (const ParamSpec& spec : decode->params) {
      if (spec.key == key) return spec;
    }
  }
  throw Error(Origin::spec, "the decode stage has no parameter '" + std::string(key) + "'");
}

/// As written, or the decode stage's default.
std::string decode_param(const Value& pipeline, std::string_view key) {
  for (const Value& entry : pipeline.items) {
    const Value* decode = entry.find("decode");
    const Value* given = decode != nullptr ? decode->find(key) : nullptr;
    if (given != nullptr) return given->scalar;
  }
  return std::string(decode_spec(key).fallback);
}

}  // namespace

Preprocessing preprocessing_of(const StageList& stages, const Value& pipeline) {
  const ColourAffine colour = normalisation_of(stages);
  Preprocessing preprocessing;
  for (std::size_t c = 0; c < 3; ++c) {
    const double scale = colour.m[c * 4 + c];
    for (std::size_t k = 0; k < 3; ++k) {
      if (k == c ? scale != 0 : colour.m[c * 4 + k] == 0) continue;
      throw Error(Origin::spec,
                  "pipeline: the normalisation stages mix or erase colour channels; allowed: a "
                  "mean and a divisor per channel, which weights.h5 can tell a scorer",
                  pipeline.place());
    }
    preprocessing.mean[c] = six_digits(-colour.m[c * 4 + 3] / scale);
    preprocessing.divisor[c] = six_digits(1 / scale);
  }
  preprocessing.profile = decode_param(pipeline, "profile");
  preprocessing.scaled = decode_param(pipeline, "scaled");
  return preprocessing;
}

}  // namespace vggflow
