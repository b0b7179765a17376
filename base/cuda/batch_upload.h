#pragma once

#include <memory>

#include "base/cuda/device_batch.h"

namespace vggflow::cuda {

/// Carries batches to the card, through pinned memory, on a stream of its own. Its memory is made
/// once for the largest batch met; at most `depth` batches are on the card at a time: start() waits
/// for the oldest to be used and let go. Called by one thread.
class VGGFLOW_API BatchUpload {
 public:
  explicit BatchUpload(int depth);
  ~BatchUpload();
  BatchUpload(const BatchUpload&) = delete;
  BatchUpload& operator=(const BatchUpload&) = delete;

  /// Copies all of the batch that an engine reads; the batch may change once this returns. What
  /// comes back may outlive the upload.
  [[nodiscard]] std::shared_ptr<const DeviceBatch> start(const Batch& batch);

 private:
  class Slots;
  std::shared_ptr<Slots> slots_;
};

}  // namespace vggflow::cuda
