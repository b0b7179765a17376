#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/export.h"
#include "experiments/run/experiment.h"
#include "experiments/tables/plan.h"

namespace vggflow {

/// What an experiment of a plan has still to do.
struct RemainingWork {
  std::string training;          ///< "trained", "from iteration 40 of 90", "90 iterations"
  std::uint64_t iterations = 0;  ///< to train
  std::vector<std::string> evaluations = {};  ///< to score or combine, each after its members
  std::optional<std::uint64_t> images = {};   ///< of data.val, where any is to be scored
  std::vector<std::string> problems = {};     ///< why it cannot be done, or told
};

/// Looks at data sets and at OUT, and writes nothing there.
class VGGFLOW_API Outlook {
 public:
  explicit Outlook(const RunOptions& options) : options_(options) {}
  [[nodiscard]] RemainingWork of(const PlannedExperiment& planned);

 private:
  void look_at_training(const Spec& spec, RemainingWork& work);
  void look_at_evaluations(const PlannedExperiment& planned, RemainingWork& work);
  /// Error as open_dataset() gives.
  [[nodiscard]] std::uint64_t images_in(const Value& source, const char* key);

  const RunOptions& options_;
  std::map<std::string, std::uint64_t> sizes_;  // by source
};

}  // namespace vggflow
