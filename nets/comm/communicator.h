#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/export.h"

namespace vggflow {

class DeviceCommunicator;

/// The processes that train one net together. The engine starts the reduction of a layer's
/// gradients as soon as the backward pass has left that layer and waits before it updates.
///
/// All processes call the same functions in the same order, each from the thread that made its
/// communicator. A sum is the same bits in all of them, and from run to run with as many processes.
class VGGFLOW_API Communicator {
 public:
  virtual ~Communicator() = default;
  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// Ranks of the processes on this host, this one among them, rising.
  [[nodiscard]] virtual std::vector<int> neighbours() const { return {rank()}; }

  /// Starts summing over all processes, in place. The values stay untouched until wait().
  virtual void start_sum(std::span<float> values) = 0;
  /// Ends all started sums.
  virtual void wait() = 0;
  /// Sums now; for a few figures (loss, errors).
  virtual void sum(std::span<double> values) = 0;
  virtual void barrier() = 0;
  /// What each process says, by rank; for a few facts.
  [[nodiscard]] virtual std::vector<std::string> gather(const std::string& mine) { return {mine}; }

  /// Called where an Error ends this process: true if one ends all of them now, so that each can
  /// leave in order. False if, for a moment, not all came here: the others wait for this process in
  /// vain.
  [[nodiscard]] virtual bool all_end() { return true; }
  /// Ends all processes at once, with this exit code.
  virtual void abort(int exit_code);

  /// For what lies on cards; null where these processes have none.
  [[nodiscard]] virtual DeviceCommunicator* on_device() { return nullptr; }
};

/// One process: every sum is what it is.
[[nodiscard]] VGGFLOW_API std::shared_ptr<Communicator> single_process();

}  // namespace vggflow
