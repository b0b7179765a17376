#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "base/cuda/host_device.h"

/// Parts of a softmax over one row of f32 scores, for threads that share it: thread t of `step` has
/// the classes t, t + step ... Sums are in double.
namespace vggflow::cudnn {

VGGFLOW_HOST_DEVICE inline float largest_score(const float* scores, int classes, int thread,
                                               int step) {
  float largest = -std::numeric_limits<float>::infinity();
  for (int c = thread; c < classes; c += step) largest = std::fmax(largest, scores[c]);
  return largest;
}

/// Not a number where a score is none.
VGGFLOW_HOST_DEVICE inline double sum_of_exponentials(const float* scores, int classes,
                                                      double largest, int thread, int step) {
  double sum = 0;
  for (int c = thread; c < classes; c += step) sum += std::exp(scores[c] - largest);
  return sum;
}

/// Classes that come before the label; ties go to the lower index. A score that is not a number
/// never comes behind: a net that has diverged is wrong.
VGGFLOW_HOST_DEVICE inline int classes_before(const float* scores, int classes, int label,
                                              int thread, int step) {
  const float of_label = scores[label];
  int before = 0;
  for (int c = thread; c < classes; c += step) {
    const bool behind = c < label ? scores[c] < of_label : scores[c] <= of_label;
    before += c == label || behind ? 0 : 1;
  }
  return before;
}

}  // namespace vggflow::cudnn
