#include "pipeline/stage.h"

namespace vggflow {
namespace {

/// Adds `amount` to every level.
class Brighten final : public Stage {
 public:
  explicit Brighten(Params& params)
      : amount_(static_cast<float>(params.number({.key = "amount", .fallback = "10"}))) {}
  void apply(Sample& sample, Rng&) const override {
    sample.picture.colour({{1, 0, 0, amount_, 0, 1, 0, amount_, 0, 0, 1, amount_}});
  }

 private:
  float amount_;
};

const StageRegistration kRegistered{
    {.name = "plugin_brighten", .doc = "Adds to every level", .make = [](Params& params) {
       return std::make_unique<Brighten>(params);
     }}};

}  // namespace
}  // namespace vggflow
