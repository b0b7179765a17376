#pragma once

#include <sched.h>

#include <chrono>
#include <thread>

namespace vggflow {

/// Between two looks at whether others are done. MPI's own waiting takes a whole core, which the
/// pipeline and the compute threads of this host need; so after a moment this one sleeps.
class Patience {
 public:
  void pause() {
    if (Clock::now() - since_ < kAwake) {
      ::sched_yield();
    } else {
      std::this_thread::sleep_for(kNap);
    }
  }
  /// Something has happened.
  void renew() { since_ = Clock::now(); }
  [[nodiscard]] auto spent() const { return Clock::now() - since_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::microseconds kAwake{500};  ///< some round trips of a fast network
  static constexpr std::chrono::microseconds kNap{50};
  Clock::time_point since_ = Clock::now();
};

}  // namespace vggflow
