#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "base/export.h"
#include "experiments/training/checkpoint.h"

namespace vggflow {

/// The checkpoints of one training: a file for each, named by its iteration.
class VGGFLOW_API CheckpointFolder {
 public:
  /// `regular` says of an iteration whether it is one of those that `checkpoint.every` asks for, to
  /// which a training that has diverged goes back: which others are there depends on the clock and
  /// on signals.
  CheckpointFolder(std::filesystem::path folder, int keep,
                   std::function<bool(std::uint64_t iteration)> regular)
      : folder_(std::move(folder)), keep_(keep), regular_(std::move(regular)) {}

  /// Adds one, then removes all but the last `keep`, those of later iterations than it (they are of
  /// a training that has diverged), and what killed runs left half written; the last regular one
  /// stays in any case.
  void save(const TrainingState& state, const Engine& engine);
  /// The last one that is whole; damaged ones are warned of and passed over. None when there is
  /// none, see iterations().
  [[nodiscard]] std::optional<Checkpoint> last() const;
  [[nodiscard]] std::optional<Checkpoint> last_regular() const;
  [[nodiscard]] std::filesystem::path path(std::uint64_t iteration) const;
  /// In rising order.
  [[nodiscard]] std::vector<std::uint64_t> iterations() const;

 private:
  [[nodiscard]] std::optional<Checkpoint> last_of(
      const std::function<bool(std::uint64_t)>& wanted) const;
  void tidy(std::uint64_t newest) const;

  std::filesystem::path folder_;
  int keep_;
  std::function<bool(std::uint64_t)> regular_;
};

}  // namespace vggflow
