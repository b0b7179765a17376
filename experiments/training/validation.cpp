#include "experiments/training/validation.h"

namespace vggflow {

ValidationRow validate(const Spec& spec, const Dataset& dataset, Engine& engine,
                       const Scoring& how) {
  const ValidationSpec& validation = *spec.train->validation;
  const EvaluationResult seen =
      evaluate(spec,
               {.name = "validation",
                .scales = {validation.scale},
                .views = {.kind = ViewsSpec::Kind::center, .mirror = false},
                .batch = validation.batch},
               dataset, engine, how);
  return {
      .images = seen.labels.size(), .top1_error = seen.top1_error, .top5_error = seen.top5_error};
}

}  // namespace vggflow
