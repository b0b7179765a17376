#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "experiments/run/flow_figures.h"
#include "experiments/spec/spec.h"
#include "nets/comm/communicator.h"
#include "pipeline/dataset.h"
#include "pipeline/failure_limit.h"
#include "pipeline/flow.h"

namespace vggflow {

/// What one iteration trains on.
struct IterationBatch {
  std::vector<BatchLease> parts;  ///< `train.accumulate` of them
  double weight_sum = 0;          ///< over all parts and processes
  double waited_s = 0;            ///< until they came
};

/// What of a training's iterations a flow feeds.
struct FeedPart {
  std::uint64_t first = 0;                ///< from 0
  std::uint64_t end = 0;                  ///< exclusive
  std::vector<FailedSample> failed = {};  ///< images that failed before
};

/// The flow that feeds this process's part of a training, iteration by iteration. What failed is
/// known to all processes with the batch that it was meant for: they warn once (the first one
/// does), and `max_errors` ends all of them at that iteration.
class TrainingFeed {
 public:
  TrainingFeed(const Spec& spec, const Dataset& dataset, Communicator& communicator,
               const FeedPart& part);

  /// All parts of the next iteration: their weights are to be known before the first of them is
  /// used. Error (data) when every image of it failed, or more have failed than may.
  [[nodiscard]] IterationBatch next();

  /// Of the iterations so far, in all processes; each once, as it first failed.
  [[nodiscard]] const std::vector<FailedSample>& failures() const { return failed_; }
  [[nodiscard]] FlowFigures figures() const;

 private:
  void take_in(const std::vector<FailedSample>& failures);

  const TrainSpec& how_;
  Communicator& communicator_;
  std::uint64_t iteration_;
  FailureLimit limit_;
  std::vector<FailedSample> failed_;
  std::set<std::uint64_t> failed_ids_;
  Flow flow_;
};

}  // namespace vggflow
