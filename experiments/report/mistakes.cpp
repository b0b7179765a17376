#include "experiments/report/mistakes.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "experiments/evaluation/metrics.h"

namespace vggflow {
namespace {

Mistake mistake_of(const EvaluationResult& result, std::size_t image) {
  const auto classes = static_cast<std::size_t>(result.classes);
  const auto row = std::span(result.scores).subspan(image * classes, classes);
  const auto best = std::ranges::max_element(row);  // the first of equals
  const std::int32_t label = result.labels[image];
  return {.image = image,
          .label = label,
          .taken_for = static_cast<std::int32_t>(best - row.begin()),
          .score = *best,
          .right_score = row[static_cast<std::size_t>(label)]};
}

}  // namespace

std::vector<Mistake> most_confident_mistakes(const EvaluationResult& result, std::size_t most) {
  const auto wrong = wrong_images(result.scores, result.labels, result.classes, 1);
  std::vector<Mistake> mistakes;
  for (std::size_t image = 0; image < wrong.size(); ++image) {
    if (wrong[image] == 0) continue;
    const Mistake mistake = mistake_of(result, image);
    // A row of NaN has no best score: its image failed.
    if (!std::isnan(mistake.score + mistake.right_score)) mistakes.push_back(mistake);
  }
  std::ranges::stable_sort(mistakes, std::ranges::greater{}, &Mistake::score);
  mistakes.resize(std::min(most, mistakes.size()));
  return mistakes;
}

std::vector<ConfusedPair> most_confused_pairs(std::span<const std::int32_t> confusion, int classes,
                                              std::size_t most) {
  std::vector<ConfusedPair> pairs;
  for (std::int32_t label = 0; label < classes; ++label) {
    for (std::int32_t taken_for = 0; taken_for < classes; ++taken_for) {
      const auto cell = static_cast<std::size_t>(label) * static_cast<std::size_t>(classes) +
                        static_cast<std::size_t>(taken_for);
      if (label == taken_for || confusion[cell] == 0) continue;
      pairs.push_back({label, taken_for, confusion[cell]});
    }
  }
  std::ranges::stable_sort(pairs, std::ranges::greater{}, &ConfusedPair::images);
  pairs.resize(std::min(most, pairs.size()));
  return pairs;
}

ConfusionBlocks confusion_blocks(std::span<const std::int32_t> confusion, int classes, int most) {
  const int each = (classes + most - 1) / most;
  const int side = (classes + each - 1) / each;
  ConfusionBlocks blocks{.side = side, .each = each, .counts = {}};
  blocks.counts.resize(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  for (std::size_t cell = 0; cell < confusion.size(); ++cell) {
    const auto row = cell / static_cast<std::size_t>(classes) / static_cast<std::size_t>(each);
    const auto column = cell % static_cast<std::size_t>(classes) / static_cast<std::size_t>(each);
    blocks.counts[row * static_cast<std::size_t>(side) + column] += confusion[cell];
  }
  return blocks;
}

}  // namespace vggflow
