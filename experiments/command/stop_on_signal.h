#pragma once

#include <array>
#include <atomic>
#include <csignal>

namespace vggflow {

/// While it lives, SIGINT and SIGTERM raise a flag, so that work can end where it leaves nothing
/// half-written; a second signal, of either kind, ends the process at once. A signal that is
/// ignored (a shell's background job) stays so. One at a time.
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  [[nodiscard]] const std::atomic<bool>& flag() const;

 private:
  std::array<struct sigaction, 2> before_{};
};

}  // namespace vggflow
