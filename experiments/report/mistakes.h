#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/export.h"
#include "experiments/evaluation/results_file.h"

namespace vggflow {

/// An image whose best score is another class's.
struct Mistake {
  std::size_t image = 0;   ///< its row of the scores
  std::int32_t label = 0;  ///< the right class
  std::int32_t taken_for = 0;
  float score = 0;        ///< posterior of `taken_for`
  float right_score = 0;  ///< posterior of `label`
};

/// The `most` mistakes of the highest posteriors, the highest first, equal ones in the order of the
/// images. Images that failed are none.
[[nodiscard]] VGGFLOW_API std::vector<Mistake> most_confident_mistakes(
    const EvaluationResult& result, std::size_t most);

/// How often images of one class were taken for another.
struct ConfusedPair {
  std::int32_t label = 0;
  std::int32_t taken_for = 0;
  std::int32_t images = 0;
};

/// The `most` pairs of different classes with the largest counts (none of 0), the largest first,
/// equal ones in the order of the matrix. `confusion` is (classes, classes), as of
/// confusion_matrix().
[[nodiscard]] VGGFLOW_API std::vector<ConfusedPair> most_confused_pairs(
    std::span<const std::int32_t> confusion, int classes, std::size_t most);

/// A confusion matrix small enough to be drawn.
struct ConfusionBlocks {
  int side = 0;                      ///< blocks
  int each = 1;                      ///< classes of a block; the last block may have fewer
  std::vector<std::int32_t> counts;  ///< (side, side): sums of the matrix
};

/// Neighbouring classes together, as few as make at most `most` blocks a side. (ImageNet's ids are
/// in the order of WordNet, where neighbours are kin.)
[[nodiscard]] VGGFLOW_API ConfusionBlocks confusion_blocks(std::span<const std::int32_t> confusion,
                                                           int classes, int most);

}  // namespace vggflow
