#pragma once

#include <map>
#include <string>

#include "base/export.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// How long training and scoring take here, by short measurements on noise with the engine of each
/// spec, without the pipeline. Each net and shape is measured once.
class VGGFLOW_API Speeds {
 public:
  /// Of one iteration: all parts of the batch and the update.
  [[nodiscard]] double iteration_s(const Spec& spec);
  /// Of one image in all views and scales of an evaluation that scores. Whole pictures are taken to
  /// be of 4:3.
  [[nodiscard]] double image_s(const Spec& spec, const EvaluationSpec& evaluation);

 private:
  std::map<std::string, double> iterations_s_;  // by what decides it
  std::map<std::string, double> slots_s_;
};

}  // namespace vggflow
