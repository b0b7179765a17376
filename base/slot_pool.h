#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "base/export.h"

namespace vggflow {

/// Numbers of slots that are taken by one thread and given back by any: what was given back first
/// is taken first, and new numbers are 0, 1, 2 ... while fewer than `most` are about and all of
/// those are taken.
class VGGFLOW_API SlotPool {
 public:
  explicit SlotPool(int most) : most_(static_cast<std::size_t>(most)) {}

  /// Waits for a slot; none once stopped.
  [[nodiscard]] std::optional<std::size_t> take();
  void give_back(std::size_t slot) noexcept;
  void stop() noexcept;

 private:
  std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t about_ = 0;
  std::vector<std::size_t> free_;  // with room for all that are about
  bool stopped_ = false;
};

}  // namespace vggflow
