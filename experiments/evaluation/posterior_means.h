#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/batch.h"
#include "experiments/evaluation/journal.h"
#include "nets/engine.h"

namespace vggflow {

/// Averages the posteriors of each image's views as batches come. It holds the images that lack a
/// view, which are at most those of the plans in flight.
class PosteriorMeans {
 public:
  PosteriorMeans(int classes, std::size_t views, bool keep_views)
      : classes_(static_cast<std::size_t>(classes)), views_(views), keep_views_(keep_views) {}

  /// Floats of an image's row: the mean, then, where they are kept, the views.
  [[nodiscard]] std::size_t row() const { return classes_ * (keep_views_ ? 1 + views_ : 1); }

  /// Adds a batch and gives the images that have all of their views now. A failed one, which has
  /// slots of weight 0, gets a row of NaN.
  [[nodiscard]] ScoredImages add(const Batch& batch, const Scores& scores);

 private:
  struct Image {
    std::vector<double> sum;   // (classes)
    std::vector<float> views;  // (views, classes), where kept
    std::size_t seen = 0;
    bool failed = false;
  };
  void finish(std::uint64_t id, const Image& image, ScoredImages& done) const;

  std::size_t classes_;
  std::size_t views_;
  bool keep_views_;
  std::map<std::uint64_t, Image> images_;
};

}  // namespace vggflow
