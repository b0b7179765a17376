#include "pipeline/failure_limit.h"

namespace vggflow {

std::optional<Error> FailureLimit::add(const std::vector<FailedSample>& failures) {
  if (!most_) return std::nullopt;  // then nothing has to be remembered either
  for (const FailedSample& failure : failures) {
    if (!ids_.insert(failure.id).second) continue;
    if (ids_.size() <= kMostNamed) {
      first_ += (first_.empty() ? "" : "; ") + failure.name + ": " + failure.reason;
    }
    if (ids_.size() > *most_) break;
  }
  if (ids_.size() <= *most_) return std::nullopt;
  return Error(Origin::data, std::to_string(ids_.size()) +
                                 (ids_.size() == 1 ? " image" : " images") +
                                 " failed; allowed: at most " + std::to_string(*most_) +
                                 " (feed.max_errors); the first: " + first_ +
                                 (ids_.size() > kMostNamed ? "; ..." : ""));
}

}  // namespace vggflow
