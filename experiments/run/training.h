#pragma once

#include "experiments/run/experiment.h"

namespace vggflow {

/// Trains from the last checkpoint in `folder`, or from the start, and leaves spec.yaml, log.jsonl,
/// flow.json, results.h5, checkpoints/*.h5 and, last, weights.h5 there.
void train_experiment(const Spec& spec, const RunOptions& options,
                      const std::filesystem::path& folder);

}  // namespace vggflow
