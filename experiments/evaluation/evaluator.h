#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/spec/spec.h"
#include "nets/engine.h"
#include "pipeline/dataset.h"

namespace vggflow {

/// How an evaluation goes about it.
struct Scoring {
  bool quiet = false;
  const std::atomic<bool>* stop = nullptr;  ///< set: leave at the next batch
};

/// Scores every image of the data set in all views of one of the spec's evaluations and averages
/// the posteriors over the views. An image that fails gets a row of NaN, counts as wrong and is
/// listed; under `on_error: fail` it ends the evaluation instead. Error (stopped) when told to
/// stop: nothing is kept.
[[nodiscard]] VGGFLOW_API EvaluationResult evaluate(const Spec& spec,
                                                    const EvaluationSpec& evaluation,
                                                    const Dataset& dataset, Engine& engine,
                                                    const Scoring& how = {});

}  // namespace vggflow
