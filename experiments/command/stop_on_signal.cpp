#include "experiments/command/stop_on_signal.h"

#include <cstddef>

namespace vggflow {
namespace {

std::atomic<bool> stopped{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a handler may set it");

}  // namespace

StopOnSignal::StopOnSignal() {
  stopped = false;
  struct sigaction action {};
  action.sa_handler = [](int) { stopped = true; };
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);  // the next one is not caught
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
  }
}

StopOnSignal::~StopOnSignal() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], &before_[i], nullptr);
  }
}

const std::atomic<bool>& StopOnSignal::flag() const { return stopped; }

}  // namespace vggflow
