#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/export.h"
#include "pipeline/planner.h"

namespace vggflow {

/// Counts the distinct images that failed. Fed in the order of the flow, so that what ends a flow,
/// and where, is the same for any number of workers.
class VGGFLOW_API FailureLimit {
 public:
  /// `most`: so many images may fail; none: any number. `before`: those that failed in flows that
  /// this one goes on from.
  explicit FailureLimit(std::optional<std::uint64_t> most,
                        const std::vector<FailedSample>& before = {})
      : most_(most) {
    static_cast<void>(add(before));
  }

  /// An Error (data) with the count, the limit and the first failures once more images have failed
  /// than may.
  [[nodiscard]] std::optional<Error> add(const std::vector<FailedSample>& failures);

 private:
  static constexpr std::size_t kMostNamed = 3;
  std::optional<std::uint64_t> most_;
  std::set<std::uint64_t> ids_;
  std::string first_;  // "NAME: REASON; NAME: REASON"
};

}  // namespace vggflow
