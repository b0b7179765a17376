#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "experiments/run/flow_figures.h"
#include "experiments/spec/spec.h"
#include "nets/comm/communicator.h"
#include "pipeline/dataset.h"
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

/// The flow that feeds a training, iteration by iteration.
class TrainingFeed {
 public:
  TrainingFeed(const Spec& spec, const Dataset& dataset, Communicator& communicator,
               const FeedPart& part);

  /// All parts of the next iteration: their weights are to be known before the first of them is
  /// used. Error (data) when every image of it failed.
  [[nodiscard]] IterationBatch next();

  [[nodiscard]] std::vector<FailedSample> failures() const { return flow_.failures(); }
  [[nodiscard]] FlowFigures figures() const;

 private:
  const TrainSpec& how_;
  Communicator& communicator_;
  std::uint64_t iteration_;
  Flow flow_;
};

}  // namespace vggflow
