#include "experiments/training/validation.h"

#include <cstring>

#include "nets/comm/agreement.h"

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

ValidationRow validated_by_first(Communicator& all, const std::function<ValidationRow()>& look) {
  ValidationRow row;
  const std::string bytes = first_tells(all, [&] {
    row = look();
    return std::string(reinterpret_cast<const char*>(&row), sizeof row);
  });
  std::memcpy(&row, bytes.data(), sizeof row);
  return row;
}

}  // namespace vggflow
