#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>

#include "base/batch.h"
#include "base/export.h"
#include "base/span_log.h"
#include "pipeline/statistics.h"

namespace vggflow {

class FlowCells;

/// A full batch in the hands of a stage, until one of hand_on() and fail() is said of it. The flow
/// ends with an Error if it is dropped with neither: the consumer would wait for it for ever.
class VGGFLOW_API StagedBatch {
 public:
  StagedBatch(StagedBatch&& other) noexcept;
  StagedBatch& operator=(StagedBatch&&) = delete;
  ~StagedBatch();

  [[nodiscard]] Batch& operator*() const { return *batch_; }
  [[nodiscard]] Batch* operator->() const { return batch_; }
  /// The consumer may have it; the stage looks at it no more.
  void hand_on() noexcept;
  /// The flow ends: next() throws `error` from now on.
  void fail(std::exception_ptr error) noexcept;

 private:
  friend class FlowCells;
  StagedBatch(FlowCells& cells, std::size_t cell, Batch& batch)
      : cells_(&cells), cell_(cell), batch_(&batch) {}
  FlowCells* cells_;  // none: something was said
  std::size_t cell_;
  Batch* batch_;
};

/// A step of a flow that is taken with whole batches, beside the nodes and the consumer: on another
/// device, say. It may be done with them in any order.
class VGGFLOW_API BatchStage {
 public:
  /// Lets go of all batches first, soon, whatever it waits for. Afterwards the consumer may still
  /// hold batches that were handed on.
  virtual ~BatchStage() = default;
  /// Does not wait; an exception ends the flow. Called by one thread at a time, in the order of the
  /// batches.
  virtual void start(StagedBatch&& batch) = 0;
  /// Whether slots of its batches may be cuts (Batch::cuts): views of a picture are then windows of
  /// one rendering.
  [[nodiscard]] virtual bool takes_cuts() const { return false; }
  /// Samples are slots of batches handed on; busy while it works on one, not while it waits for
  /// room. Any thread.
  [[nodiscard]] virtual NodeStatistics statistics() const = 0;
};

/// Told where its spans go, if anywhere.
using MakeBatchStage = std::function<std::unique_ptr<BatchStage>(std::shared_ptr<SpanLog> spans)>;

}  // namespace vggflow
