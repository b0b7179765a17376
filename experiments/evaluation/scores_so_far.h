#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "experiments/evaluation/journal.h"

namespace vggflow {

/// What an evaluation knows of each image of its data set.
class ScoresSoFar {
 public:
  /// `row`: floats of an image's row, PosteriorMeans::row().
  ScoresSoFar(std::size_t images, int classes, std::size_t row);

  void add(const ScoredImages& images);

  /// (images): scored. An image that failed is not: who goes on tries it again, as it may have been
  /// mended.
  [[nodiscard]] const std::vector<bool>& done() const { return done_; }
  /// How many are done or failed.
  [[nodiscard]] std::size_t count() const { return count_; }
  /// (images, classes); NaN where an image failed.
  [[nodiscard]] std::vector<float> take_scores() { return std::move(scores_); }
  /// (images, views, classes); empty unless views are kept.
  [[nodiscard]] std::vector<float> take_view_scores() { return std::move(view_scores_); }

 private:
  std::size_t classes_;
  std::size_t kept_;  // floats of an image's views
  std::vector<float> scores_;
  std::vector<float> view_scores_;
  std::vector<bool> done_;
  std::vector<bool> seen_;
  std::size_t count_ = 0;
};

}  // namespace vggflow
