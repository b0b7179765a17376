#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/run/experiment.h"
#include "nets/weights_file.h"
#include "pipeline/dataset.h"

namespace vggflow {

/// Opens data.train or data.val. Error (spec) when the spec has none, Error (data) when it has more
/// classes than the net.
[[nodiscard]] VGGFLOW_API std::unique_ptr<Dataset> open_training_data(const Spec& spec,
                                                                      const RunOptions& options);
[[nodiscard]] VGGFLOW_API std::unique_ptr<Dataset> open_scoring_data(const Spec& spec,
                                                                     const RunOptions& options);
/// Relative paths start at `data`; indexes are kept in `cache`, or not if it is empty.
[[nodiscard]] VGGFLOW_API std::unique_ptr<Dataset> open_scoring_data(
    const Spec& spec, const std::filesystem::path& data, const std::filesystem::path& cache);

/// Error (data) naming the first class in which data.val differs from what was trained on. Ranks of
/// class names are labels, so such a data set would be scored wrongly.
VGGFLOW_API void check_classes(const Dataset& val, const std::vector<std::string>& trained);

/// Error (spec) when a batch is larger than the data set, or the training has no iteration.
VGGFLOW_API void check_length(const Spec& spec, const Dataset& train);

/// Does `check`; where it throws an Error (data) of a tensor, the Error also says which net the
/// weights are of, and which the spec's is.
VGGFLOW_API void naming_nets(const Weights& weights, const Spec& spec,
                             const std::function<void()>& check);
/// check_parameters() of the spec's net, naming both nets.
VGGFLOW_API void check_net(const Weights& weights, const Spec& spec, const std::string& place);

/// Error (data) naming both, when the weights were trained on inputs made otherwise than the spec
/// makes them: mean, divisor, channel order, resampling profile, scaled decoding, crop.
VGGFLOW_API void check_preprocessing(const Weights& weights, const Spec& spec,
                                     const std::string& place);

}  // namespace vggflow
