#include "base/slot_pool.h"

namespace vggflow {

std::optional<std::size_t> SlotPool::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopped_ || !free_.empty() || about_ < most_; });
  if (stopped_) return std::nullopt;
  if (free_.empty()) {
    free_.reserve(about_ + 1);
    return about_++;
  }
  const std::size_t slot = free_.front();
  free_.erase(free_.begin());
  return slot;
}

void SlotPool::give_back(std::size_t slot) noexcept {
  const std::lock_guard lock(mutex_);
  free_.push_back(slot);
  changed_.notify_all();
}

void SlotPool::stop() noexcept {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

}  // namespace vggflow
