#include "experiments/evaluation/scores_so_far.h"

#include <algorithm>
#include <limits>

namespace vggflow {

ScoresSoFar::ScoresSoFar(std::size_t images, int classes, std::size_t row)
    : classes_(static_cast<std::size_t>(classes)),
      kept_(row - classes_),
      scores_(images * classes_, std::numeric_limits<float>::quiet_NaN()),
      view_scores_(images * kept_, std::numeric_limits<float>::quiet_NaN()),
      done_(images, false) {}

void ScoresSoFar::add(const ScoredImages& images) {
  for (std::size_t i = 0; i < images.ids.size(); ++i) {
    const std::uint64_t id = images.ids[i];
    const float* row = &images.rows[i * (classes_ + kept_)];
    std::copy_n(row, classes_, scores_.begin() + static_cast<std::ptrdiff_t>(id * classes_));
    std::copy_n(row + classes_, kept_,
                view_scores_.begin() + static_cast<std::ptrdiff_t>(id * kept_));
    finish(id);
  }
}

void ScoresSoFar::add(const FailedSample& failed) {
  failed_.emplace(failed.id, failed);
  finish(failed.id);
}

void ScoresSoFar::finish(std::uint64_t id) {
  if (done_[id]) return;
  done_[id] = true;
  ++count_;
}

std::vector<FailedSample> ScoresSoFar::failed() const {
  std::vector<FailedSample> all;
  for (const auto& [id, failed] : failed_) all.push_back(failed);
  return all;
}

}  // namespace vggflow
