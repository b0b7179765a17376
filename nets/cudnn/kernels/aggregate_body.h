#pragma once

#include "nets/cudnn/kernels/softmax_body.h"

namespace vggflow::cudnn {

/// The mean score of one class over the positions of a map, (positions, stride).
VGGFLOW_HOST_DEVICE inline float mean_score(const float* map, int positions, int stride, int c) {
  double mean = 0;
  for (int p = 0; p < positions; ++p) mean += double{map[std::int64_t{p} * stride + c]} / positions;
  return static_cast<float>(mean);
}

/// Adds to `mean` what `count` of all `positions` give to a class's mean posterior: `map` leads to
/// the first of them, `log_sums` are the logarithms of their sums of exponentials.
VGGFLOW_HOST_DEVICE inline void add_posteriors(const float* map, int count, int positions,
                                               int stride, int c, const double* log_sums,
                                               double& mean) {
  for (int p = 0; p < count; ++p) {
    mean += std::exp(map[std::int64_t{p} * stride + c] - log_sums[p]) / positions;
  }
}

}  // namespace vggflow::cudnn
