#include "nets/onednn/loss.h"

#include <algorithm>
#include <cmath>

namespace vggflow::onednn {
namespace {

// Log of the sum of exponentials, safe from overflow.
double log_sum_exp(const float* scores, int classes) {
  const double largest = *std::max_element(scores, scores + classes);
  double sum = 0;
  for (int c = 0; c < classes; ++c) sum += std::exp(scores[c] - largest);
  return largest + std::log(sum);
}

// How many classes come before the label; ties go to the lower index. A score that is not a number
// never comes behind: a net that has diverged is wrong.
int rank(const float* scores, int classes, int label) {
  int before = 0;
  for (int c = 0; c < label; ++c) before += scores[c] < scores[label] ? 0 : 1;
  for (int c = label + 1; c < classes; ++c) before += scores[c] <= scores[label] ? 0 : 1;
  return before;
}

void softmax(const float* scores, int classes, double* posteriors) {
  const double log_sum = log_sum_exp(scores, classes);
  for (int c = 0; c < classes; ++c) posteriors[c] = std::exp(scores[c] - log_sum);
}

}  // namespace

LossSums& LossSums::operator+=(const LossSums& other) {
  loss += other.loss;
  top1_errors += other.top1_errors;
  top5_errors += other.top5_errors;
  weight_sum += other.weight_sum;
  return *this;
}

SoftmaxLoss::SoftmaxLoss(int slots, int classes)
    : slots_(slots), classes_(classes), of_slot_(static_cast<std::size_t>(slots)) {}

LossSums SoftmaxLoss::run(const float* scores, float* gradient, const Batch& batch,
                          double weight_sum) {
#pragma omp parallel for schedule(static)
  for (int n = 0; n < slots_; ++n) {
    const auto slot = static_cast<std::size_t>(n);
    const float* row = scores + std::int64_t{n} * classes_;
    float* out = gradient + std::int64_t{n} * classes_;
    const double weight = batch.weights[slot];
    of_slot_[slot] = {};
    if (weight == 0) {
      std::fill_n(out, classes_, 0.0F);
      continue;
    }
    const int label = batch.labels[slot];
    const double scale = weight / weight_sum;
    const double log_sum = log_sum_exp(row, classes_);
    for (int c = 0; c < classes_; ++c) {
      out[c] = static_cast<float>(scale * (std::exp(row[c] - log_sum) - (c == label ? 1 : 0)));
    }
    const int before = rank(row, classes_, label);
    of_slot_[slot] = {scale * (log_sum - row[label]), before >= 1 ? weight : 0,
                      before >= 5 ? weight : 0, weight};
  }
  LossSums sums;
  for (const LossSums& one : of_slot_) sums += one;
  return sums;
}

void aggregate(const float* maps, int positions, Aggregate how, Scores& scores) {
  const int classes = scores.classes;
#pragma omp parallel for schedule(static)
  for (int n = 0; n < scores.slots; ++n) {
    const float* map = maps + std::int64_t{n} * positions * classes;
    std::vector<double> one(static_cast<std::size_t>(classes));
    std::vector<double> mean(static_cast<std::size_t>(classes));
    for (int p = 0; p < positions; ++p, map += classes) {
      if (how == Aggregate::posteriors) softmax(map, classes, one.data());
      for (int c = 0; c < classes; ++c) {
        const auto at = static_cast<std::size_t>(c);
        mean[at] += (how == Aggregate::posteriors ? one[at] : map[c]) / positions;
      }
    }
    float* out = scores.values.data() + std::int64_t{n} * classes;
    if (how == Aggregate::scores) {
      std::vector<float> logits(mean.begin(), mean.end());
      softmax(logits.data(), classes, mean.data());
    }
    std::copy(mean.begin(), mean.end(), out);
  }
}

}  // namespace vggflow::onednn
