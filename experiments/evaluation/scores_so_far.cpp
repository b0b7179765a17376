#include "experiments/evaluation/scores_so_far.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vggflow {

ScoresSoFar::ScoresSoFar(std::size_t images, int classes, std::size_t row)
    : classes_(static_cast<std::size_t>(classes)),
      kept_(row - classes_),
      scores_(images * classes_, std::numeric_limits<float>::quiet_NaN()),
      view_scores_(images * kept_, std::numeric_limits<float>::quiet_NaN()),
      done_(images, false),
      seen_(images, false) {}

void ScoresSoFar::add(const ScoredImages& images) {
  for (std::size_t i = 0; i < images.ids.size(); ++i) {
    const std::uint64_t id = images.ids[i];
    const float* row = &images.rows[i * (classes_ + kept_)];
    std::copy_n(row, classes_, scores_.begin() + static_cast<std::ptrdiff_t>(id * classes_));
    std::copy_n(row + classes_, kept_,
                view_scores_.begin() + static_cast<std::ptrdiff_t>(id * kept_));
    done_[id] = !std::isnan(row[0]);
    if (!seen_[id]) ++count_;
    seen_[id] = true;
  }
}

}  // namespace vggflow
