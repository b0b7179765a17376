#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/params.h"
#include "experiments/spec/spec.h"

namespace vggflow {

// The sections of a spec, each read strictly: unknown keys, wrong types and impossible values are
// Error (spec) with file, line and key path. Each reader ends with Params::finish().

/// `net` is what its validation must fit and where the layers with rates of their own must exist.
[[nodiscard]] TrainSpec read_train(Params section, const Net& net);
/// `schedule` of the section `train`; constant when it is not there.
[[nodiscard]] ScheduleSpec read_schedule(Params& train);
/// `net` is what the scales must fit.
[[nodiscard]] std::vector<EvaluationSpec> read_evaluations(Params section, const Net& net);
/// `net` is where the layers taken from elsewhere must exist.
[[nodiscard]] InitSpec read_init(Params section, const Net& net);
[[nodiscard]] ComputeSpec read_compute(Params section);
[[nodiscard]] FeedSpec read_feed(Params section);

/// "iterations" or "epochs", whichever the map has. Error (spec) for both and for none.
[[nodiscard]] std::string_view length_unit(const Params& map);
/// The map's `iterations` or `epochs`, of which there must be one.
[[nodiscard]] Length read_length(Params& map);
/// Of the layers that learn, in the net's order.
[[nodiscard]] std::vector<std::string> learned_layers(const Net& net);
/// Error (spec) at `key` unless `layer` is a layer of the net that learns.
void check_learned_layer(const Params& map, std::string_view key, const std::string& layer,
                         const Net& net);

/// "64" or, of a length that was computed, "25, 200 divided by miniature 8": for messages.
[[nodiscard]] std::string length_text(const Value& length);

/// What the decode and the normalisation stages of `pipeline` amount to. Error (spec) if that is
/// not a mean and a divisor per channel, which is all that weights.h5 can tell a scorer.
[[nodiscard]] Preprocessing preprocessing_of(const StageList& stages, const Value& pipeline);

/// A word that can be a file name everywhere: letters, digits, dots, dashes and underscores.
[[nodiscard]] bool is_plain_name(std::string_view name);

}  // namespace vggflow
