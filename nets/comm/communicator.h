#pragma once

#include <memory>
#include <span>

#include "base/export.h"

namespace vggflow {

/// The processes that train one net together. The engine starts the reduction of a layer's
/// gradients as soon as the backward pass has left that layer and waits before it updates.
class Communicator {
 public:
  virtual ~Communicator() = default;
  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// Starts summing over all processes, in place. The values stay untouched until wait().
  virtual void start_sum(std::span<float> values) = 0;
  /// Ends all started sums.
  virtual void wait() = 0;
  /// Sums now; for a few figures (loss, errors).
  virtual void sum(std::span<double> values) = 0;
  virtual void barrier() = 0;
};

/// One process: every sum is what it is.
[[nodiscard]] VGGFLOW_API std::shared_ptr<Communicator> single_process();

}  // namespace vggflow
