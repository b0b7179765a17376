#include "experiments/evaluation/metrics.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"

namespace vggflow {
namespace {

/// How many classes come before `label`: those of a higher score, and of the same and a lower
/// index.
int rank_of(std::span<const float> row, std::int32_t label) {
  const float own = row[static_cast<std::size_t>(label)];
  int before = 0;
  for (std::int32_t c = 0; c < static_cast<std::int32_t>(row.size()); ++c) {
    const float other = row[static_cast<std::size_t>(c)];
    before += other > own || (other == own && c < label);
  }
  return before;
}

bool has_nan(std::span<const float> row) {
  return std::ranges::any_of(row, [](float score) { return std::isnan(score); });
}

bool is_right(std::span<const float> row, std::int32_t label, int k) {
  return !has_nan(row) && rank_of(row, label) < k;
}

void check_shapes(std::span<const float> scores, std::span<const std::int32_t> labels,
                  int classes) {
  if (labels.empty()) throw Error(Origin::data, "no images, so there is no error rate");
  if (classes < 1 || scores.size() != labels.size() * static_cast<std::size_t>(classes)) {
    throw Error(Origin::data, std::to_string(scores.size()) + " scores are not those of " +
                                  std::to_string(labels.size()) + " images and " +
                                  std::to_string(classes) + " classes");
  }
  for (const std::int32_t label : labels) {
    if (label >= 0 && label < classes) continue;
    throw Error(Origin::data, "label " + std::to_string(label) + "; allowed: 0 to " +
                                  std::to_string(classes - 1));
  }
}

}  // namespace

std::vector<std::uint8_t> wrong_images(std::span<const float> scores,
                                       std::span<const std::int32_t> labels, int classes, int k) {
  check_shapes(scores, labels, classes);
  const auto row_size = static_cast<std::size_t>(classes);
  std::vector<std::uint8_t> wrong(labels.size());
  for (std::size_t n = 0; n < labels.size(); ++n) {
    wrong[n] = !is_right(scores.subspan(n * row_size, row_size), labels[n], k);
  }
  return wrong;
}

double top_k_error(std::span<const float> scores, std::span<const std::int32_t> labels, int classes,
                   int k) {
  const auto wrong = wrong_images(scores, labels, classes, k);
  const auto count = std::ranges::count(wrong, 1);
  return 100 * (static_cast<double>(count) / static_cast<double>(labels.size()));
}

std::vector<ClassErrors> class_errors(std::span<const float> scores,
                                      std::span<const std::int32_t> labels, int classes) {
  const auto top1 = wrong_images(scores, labels, classes, 1);
  const auto top5 = wrong_images(scores, labels, classes, 5);
  std::vector<ClassErrors> errors(static_cast<std::size_t>(classes));
  for (std::size_t n = 0; n < labels.size(); ++n) {
    ClassErrors& own = errors[static_cast<std::size_t>(labels[n])];
    ++own.images;
    own.top1_error += top1[n];  // a count, so far
    own.top5_error += top5[n];
  }
  for (ClassErrors& own : errors) {
    if (own.images == 0) continue;
    own.top1_error = 100 * (own.top1_error / static_cast<double>(own.images));
    own.top5_error = 100 * (own.top5_error / static_cast<double>(own.images));
  }
  return errors;
}

std::vector<std::int32_t> confusion_matrix(std::span<const float> scores,
                                           std::span<const std::int32_t> labels, int classes) {
  check_shapes(scores, labels, classes);
  const auto row_size = static_cast<std::size_t>(classes);
  std::vector<std::int32_t> counts(row_size * row_size, 0);
  for (std::size_t n = 0; n < labels.size(); ++n) {
    const auto row = scores.subspan(n * row_size, row_size);
    if (has_nan(row)) continue;
    const auto best = std::ranges::max_element(row) - row.begin();  // the first of equals
    ++counts[static_cast<std::size_t>(labels[n]) * row_size + static_cast<std::size_t>(best)];
  }
  return counts;
}

}  // namespace vggflow
