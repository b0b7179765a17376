#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/export.h"
#include "experiments/spec/spec.h"
#include "experiments/training/checkpoint_folder.h"

namespace vggflow {

/// The folder OUT/<name>/checkpoints of a training.
[[nodiscard]] VGGFLOW_API CheckpointFolder checkpoints_of(const Spec& spec,
                                                          const std::filesystem::path& out,
                                                          std::uint64_t per_epoch);

/// When checkpoints are made, and what happens when one cannot be written.
class Checkpointer {
 public:
  using Clock = std::chrono::steady_clock;

  /// `retry`: how long after one that could not be written the next is due.
  Checkpointer(CheckpointFolder folder, const CheckpointSpec& when, std::uint64_t per_epoch,
               Clock::duration retry);

  /// After so many iterations, now.
  [[nodiscard]] bool due(std::uint64_t iteration) const;
  /// Where the disk does not take it: warns, keeps those that are there and is due again soon. True
  /// if it was written.
  bool try_save(const TrainingState& state, const Engine& engine);
  /// The state is on the disk already.
  void saved(std::uint64_t iteration);

  [[nodiscard]] const CheckpointFolder& folder() const { return folder_; }
  /// "the last checkpoint is PATH" or "there is no checkpoint".
  [[nodiscard]] std::string last_text() const;

 private:
  CheckpointFolder folder_;
  Clock::duration retry_after_;
  std::uint64_t every_ = 0;     ///< iterations; 0: never
  Clock::duration interval_{};  ///< zero: never
  Clock::time_point last_ = Clock::now();
  std::optional<Clock::time_point> retry_ = {};
  std::optional<std::uint64_t> saved_ = {};  ///< the iteration of the newest one
};

}  // namespace vggflow
