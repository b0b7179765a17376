#pragma once

#include <cstdint>
#include <vector>

#include "nets/engine.h"

namespace vggflow::onednn {

/// Sums over the slots of a batch.
struct LossSums {
  double loss = 0;  ///< weighted, divided by the step's weight sum
  double top1_errors = 0;
  double top5_errors = 0;
  double weight_sum = 0;

  LossSums& operator+=(const LossSums& other);
};

/// Softmax and multinomial logistic loss of each slot, weighted; counts of errors. A slot of weight
/// 0 has neither loss nor gradient.
class SoftmaxLoss {
 public:
  SoftmaxLoss(int slots, int classes);
  /// `scores` and `gradient` are (N, classes), row-major.
  LossSums run(const float* scores, float* gradient, const Batch& batch, double weight_sum);

 private:
  int slots_;
  int classes_;
  std::vector<LossSums> of_slot_;  // summed in order: the same bits for any number of threads
};

/// Class-score maps (N, h * w, classes), channels last, to posteriors (N, classes).
void aggregate(const float* maps, int positions, Aggregate how, Scores& scores);

}  // namespace vggflow::onednn
