#pragma once

#include <cstdint>
#include <limits>

#include "base/export.h"
#include "experiments/spec/spec.h"

namespace vggflow {

/// The best validation so far, and how many came since.
struct BestValidation {
  double top1_error = std::numeric_limits<double>::infinity();  ///< percent
  std::uint64_t since = 0;
  friend bool operator==(const BestValidation&, const BestValidation&) = default;
};

/// What a schedule remembers from validation to validation.
struct ScheduleState {
  std::uint64_t drops = 0;      ///< of a plateau, so far
  BestValidation plateau = {};  ///< since the last drop counts `since`
  BestValidation early_stop = {};
  friend bool operator==(const ScheduleState&, const ScheduleState&) = default;
};

/// The learning rate of every iteration, and when to stop early: a function of the spec, the
/// iteration and the validations so far.
class VGGFLOW_API Schedule {
 public:
  /// `per_epoch` iterations make an epoch.
  Schedule(const TrainSpec& train, std::uint64_t per_epoch)
      : train_(train), per_epoch_(per_epoch) {}

  /// Of an iteration, from 0.
  [[nodiscard]] double rate(std::uint64_t iteration) const;
  /// Takes in a validation, in percent.
  void validated(double top1_error);
  /// The validations so far say that training is over.
  [[nodiscard]] bool stopped() const;

  [[nodiscard]] const ScheduleState& state() const { return state_; }
  void restore(const ScheduleState& state) { state_ = state; }

 private:
  TrainSpec train_;
  std::uint64_t per_epoch_;
  ScheduleState state_;
};

}  // namespace vggflow
