#include "experiments/command/stop_on_signal.h"

#include <cstddef>

namespace vggflow {
namespace {

std::atomic<bool> stopped{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a handler may set it");

constexpr std::array<int, 2> kSignals{SIGINT, SIGTERM};

/// From here on neither is caught; one that is ignored stays so.
void stop(int) {
  stopped = true;
  for (const int number : kSignals) {
    struct sigaction now {};
    ::sigaction(number, nullptr, &now);
    if (now.sa_handler == stop) ::signal(number, SIG_DFL);
  }
}

}  // namespace

StopOnSignal::StopOnSignal() {
  stopped = false;
  struct sigaction action {};
  action.sa_handler = stop;
  action.sa_flags = SA_RESTART;
  for (const int number : kSignals) sigaddset(&action.sa_mask, number);
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
