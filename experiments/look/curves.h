#pragma once

#include <string>

#include "base/export.h"
#include "experiments/training/history.h"

namespace vggflow {

/// Learning curves as one SVG that needs no other file, light or dark as the viewer prefers: above
/// the loss of training, below the top-1 errors of training and validation, both over epochs; a
/// dashed line wherever the learning rate fell. The curves are <path class="training"> and <path
/// class="validation">, the points of a validation <circle>s, and so is a curve's only point. A
/// long log is drawn as means of neighbouring rows, at most 1000 of them; what is not finite is
/// left out. Error (data) when there is nothing to draw.
[[nodiscard]] VGGFLOW_API std::string curves_svg(const std::string& name,
                                                 const TrainingHistory& history);

}  // namespace vggflow
