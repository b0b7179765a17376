#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "experiments/spec/spec.h"
#include "pipeline/dataset.h"
#include "pipeline/picture.h"
#include "pipeline/planner.h"
#include "stages/baseline/baseline.h"

namespace vggflow {

/// The samples of a pipeline's first batches as work for baselines: each file once in memory, and
/// what the stages make pending on it (those up to the first that renders early).
class BaselineJobs {
 public:
  /// Of the first `most` samples of `planner`. Left out are images that fail, those that
  /// baselines cannot read, and samples whose geometry is more than a window of the file that is
  /// rescaled once (a second rescale, a margin).
  BaselineJobs(const Spec& spec, const Dataset& dataset, Planner& planner, std::size_t most);

  [[nodiscard]] std::size_t size() const { return jobs_.size(); }
  /// Runs all of them on this thread. Seconds.
  [[nodiscard]] double time(Baseline& baseline) const;

 private:
  struct Drawn {
    std::uint64_t id = 0;
    Picture::Rendering rendering;
  };
  void add(const Spec& spec, const Dataset& dataset, const Job& job);
  [[nodiscard]] const std::vector<std::byte>& encoded(const Dataset& dataset, std::uint64_t id);

  std::map<std::uint64_t, std::vector<std::byte>> files_;  // by id; empty: cannot be used
  std::vector<Drawn> jobs_;
};

}  // namespace vggflow
