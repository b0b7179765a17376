#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/cuda/memory.h"
#include "nets/cudnn/kernels/step.h"
#include "nets/engine.h"

namespace vggflow::cudnn {

/// What iterations came to, on its way from the card: copied behind each step, read when it is
/// there, so that nobody waits for a step that still runs.
class Results {
 public:
  explicit Results(std::shared_ptr<Communicator> all);

  /// Behind all of the stream so far: the sums and whether a weight is no longer finite; then sets
  /// both to zero. Waits if kMost iterations were not polled. Of several processes each waits for
  /// the iteration before, so that all add up what they have seen at the same places.
  void take(std::uint64_t iteration, DeviceSums* sums, int* not_finite, const cuda::Stream& stream);
  [[nodiscard]] std::optional<StepResult> poll();
  void settle();  ///< waits until all can be polled

 private:
  static constexpr std::size_t kMost = 8;
  struct Line {
    DeviceSums sums;
    int not_finite;
  };
  struct Pending {
    std::uint64_t iteration;
    std::size_t line;
  };
  void wait_for(const cuda::Event& event) const;
  void arrive();  // the oldest, once its copy is there
  [[nodiscard]] bool alone() const { return all_->size() == 1; }

  std::shared_ptr<Communicator> all_;
  cuda::PinnedMemory lines_;
  std::vector<cuda::Event> copied_;  // of each line
  std::size_t next_ = 0;
  std::deque<Pending> pending_;
  std::deque<StepResult> arrived_;
};

}  // namespace vggflow::cudnn
