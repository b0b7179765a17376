#include "experiments/evaluation/posterior_means.h"

#include <algorithm>
#include <limits>

namespace vggflow {

ScoredImages PosteriorMeans::add(const Batch& batch, const Scores& scores) {
  ScoredImages done;
  for (int n = 0; n < batch.shape.slots; ++n) {
    const auto slot = static_cast<std::size_t>(n);
    Image& image = images_[batch.ids[slot]];
    if (image.sum.empty()) {
      image.sum.assign(classes_, 0.0);
      if (keep_views_) image.views.assign(views_ * classes_, 0.0F);
    }
    if (batch.weights[slot] == 0) {
      image.failed = true;
    } else {
      const float* row = scores.row(n);
      for (std::size_t c = 0; c < classes_; ++c) image.sum[c] += row[c];
      if (keep_views_) std::copy_n(row, classes_, &image.views[batch.views[slot] * classes_]);
    }
    if (++image.seen < views_) continue;
    finish(batch.ids[slot], image, done);
    images_.erase(batch.ids[slot]);
  }
  return done;
}

void PosteriorMeans::finish(std::uint64_t id, const Image& image, ScoredImages& done) const {
  done.ids.push_back(id);
  if (image.failed) {
    done.rows.resize(done.rows.size() + row(), std::numeric_limits<float>::quiet_NaN());
    return;
  }
  for (const double sum : image.sum) {
    done.rows.push_back(static_cast<float>(sum / static_cast<double>(views_)));
  }
  done.rows.insert(done.rows.end(), image.views.begin(), image.views.end());
}

}  // namespace vggflow
