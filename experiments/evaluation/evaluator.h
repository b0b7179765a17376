#pragma once

#include <atomic>
#include <filesystem>
#include <string>

#include "base/export.h"
#include "experiments/evaluation/results_file.h"
#include "experiments/spec/spec.h"
#include "nets/engine.h"
#include "pipeline/dataset.h"

namespace vggflow {

/// Where an evaluation keeps its scores until it is done.
struct JournalPlace {
  std::filesystem::path path = {};  ///< empty: nowhere
  std::string subject = {};  ///< what the scores are of: evaluation, images, weights. A journal of
                             ///< another subject is begun anew
};

/// How an evaluation goes about it.
struct Scoring {
  bool quiet = false;
  const std::atomic<bool>* stop = nullptr;  ///< set: leave at the next batch
  JournalPlace journal = {};
};

/// Scores every image of the data set in all views of one of the spec's evaluations and averages
/// the posteriors over the views. An image that fails gets a row of NaN, counts as wrong and is
/// listed; under `on_error: fail` it ends the evaluation instead. With a journal it goes on after
/// the last whole record of it, and leaves it for the caller to remove once the result is kept; the
/// scores are those of an evaluation that was never stopped. Error (stopped) when told to stop,
/// Error (spec) for views to keep that are more than kMostKeptBytes, or a combination.
[[nodiscard]] VGGFLOW_API EvaluationResult evaluate(const Spec& spec,
                                                    const EvaluationSpec& evaluation,
                                                    const Dataset& dataset, Engine& engine,
                                                    const Scoring& how = {});

/// Of `keep: views`: they are in memory when the file is written.
inline constexpr std::uint64_t kMostKeptBytes = 4ULL << 30;

}  // namespace vggflow
