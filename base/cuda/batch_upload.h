#pragma once

#include <memory>

#include "base/cuda/device_batch.h"

namespace vggflow::cuda {

/// Carries batches to the card, through pinned memory, on a stream of its own. Its memory is made
/// once for the largest batch met; at most `depth` batches are on the card at a time: start() waits
/// for the oldest to be used and let go. Called by one thread, on the card that was in use where
/// the upload was made.
class VGGFLOW_API BatchUpload {
 public:
  explicit BatchUpload(int depth);
  ~BatchUpload();
  BatchUpload(const BatchUpload&) = delete;
  BatchUpload& operator=(const BatchUpload&) = delete;

  /// Copies all of the batch that an engine reads; the batch may change once this returns. What
  /// comes back may outlive the upload. Error (stopped) after stop().
  [[nodiscard]] std::shared_ptr<const DeviceBatch> start(const Batch& batch);
  /// Waits, if that is not done already, for what start() would wait for.
  void make_room();
  /// Any thread: what waits for a batch to be let go is woken, and nothing starts any more.
  void stop() noexcept;

 private:
  class Slots;
  std::shared_ptr<Slots> slots_;
};

}  // namespace vggflow::cuda
