#pragma once

#include <vector>

#include "base/params.h"
#include "experiments/spec/spec.h"

namespace vggflow {

// The sections of a spec, each read strictly: unknown keys, wrong types and impossible values are
// Error (spec) with file, line and key path. Each reader ends with Params::finish().

[[nodiscard]] TrainSpec read_train(Params section);
/// `net` is what the scales must fit.
[[nodiscard]] std::vector<EvaluationSpec> read_evaluations(Params section, const Net& net);
/// `net` is where the layers taken from elsewhere must exist.
[[nodiscard]] InitSpec read_init(Params section, const Net& net);
[[nodiscard]] ComputeSpec read_compute(Params section);
[[nodiscard]] FeedSpec read_feed(Params section);

/// What the decode and the normalisation stages of `pipeline` amount to. Error (spec) if that is
/// not a mean and a divisor per channel, which is all that weights.h5 can tell a scorer.
[[nodiscard]] Preprocessing preprocessing_of(const StageList& stages, const Value& pipeline);

/// A word that can be a file name everywhere: letters, digits, dots, dashes and underscores.
[[nodiscard]] bool is_plain_name(std::string_view name);

}  // namespace vggflow
