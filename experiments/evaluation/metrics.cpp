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

bool is_right(std::span<const float> row, std::int32_t label, int k) {
  if (std::ranges::any_of(row, [](float score) { return std::isnan(score); })) return false;
  return rank_of(row, label) < k;
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

double top_k_error(std::span<const float> scores, std::span<const std::int32_t> labels, int classes,
                   int k) {
  check_shapes(scores, labels, classes);
  const auto row_size = static_cast<std::size_t>(classes);
  std::size_t wrong = 0;
  for (std::size_t n = 0; n < labels.size(); ++n) {
    wrong += !is_right(scores.subspan(n * row_size, row_size), labels[n], k);
  }
  return 100 * (static_cast<double>(wrong) / static_cast<double>(labels.size()));
}

}  // namespace vggflow
